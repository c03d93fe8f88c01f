import FleetModel
import Texts

/// The text of the generated `jupyterhub_config.py`: short, in sections, each setting with its source.
package enum LocalConfigFile {
    package static func text(_ settings: LocalSettings, hub: Hub, revision: RevisionFolder) -> String {
        var text = header(hub, revision: revision)
        if !settings.serviceNames.isEmpty {
            text +=
                "service_tokens = json.loads(Path(\(PythonLiteral.quoted(revision.hub.serviceTokens))).read_text())\n"
        }
        for section in settings.sections {
            text += "\n# \(section.title)\n"
            for setting in section.settings { text += line(setting) }
        }
        return text
    }

    private static func header(_ hub: Hub, revision: RevisionFolder) -> String {
        """
        # JupyterHub configuration of \(hub.id.printable) on this machine.
        # Written by hubfleet from the fleet repository: change the values there, not here.
        # Behind each setting stands the place that sets it, or Hubfleet's reason.

        import json
        import os
        import sys
        from pathlib import Path

        sys.path.insert(0, \(PythonLiteral.quoted(revision.python)))
        from hubfleet_hub import LocalAuthenticator, LocalProxy, LocalSpawner, ProofHandler  # noqa: E402

        # What the hub itself writes is for its own account; servers have their own mask.
        os.umask(0o077)

        c = get_config()  # noqa: F821

        """
    }

    private static func line(_ setting: LocalSettings.Setting) -> String {
        let value = setting.value.source()
        // A source may hold the name of a file; no character in it may end the comment.
        let comment = setting.source.printable
        let line = "\(setting.name) = \(value)"
        return line.count + comment.count > 110 || value.contains("\n")
            ? "# \(comment)\n\(line)\n" : "\(line)  # \(comment)\n"
    }
}
