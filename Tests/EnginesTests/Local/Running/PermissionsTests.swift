import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Engines

/// Who may see what of a hub on this machine: the POSIX modes of its folder and of all that is in it.
@Suite(.tags(.medium))
struct PermissionsTests {
    /// With services, so that there are tokens; a logo; and a file that servers find.
    private static let values = """
        {hub: {services: {watcher: {}}}, \
        custom: {homepage: {templateVars: {org: {logo_url: "https://example.org/logo.svg"}}}}, \
        singleuser: {extraFiles: {note: {mountPath: /usr/local/share/jupyter/a/note.txt, stringData: hello}}}}
        """

    /// The mode of everything below a folder, by its path; "" is the folder itself. Links have none.
    private func modes(_ folder: String) throws -> [String: String] {
        var modes: [String: String] = [:]
        for path in [""] + (try FileManager.default.subpathsOfDirectory(atPath: folder)) {
            let facts = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")
            guard let mode = facts[.posixPermissions] as? Int, let kind = facts[.type] as? FileAttributeType else {
                continue
            }
            switch kind {
            case .typeSymbolicLink: continue
            case .typeDirectory: modes[path.isEmpty ? "" : path + "/"] = String(mode, radix: 8)
            default: modes[path] = String(mode, radix: 8)
            }
        }
        return modes
    }

    /// The modes that everything must have: `way` above the hub's folder, `pass` where servers go through who know the
    /// names below, `homes` where only the group goes through.
    private func table(_ way: String, _ pass: String, homes: String, bed: LocalBed) -> [String: String] {
        let hub = bed.hubFolder.root.dropFirst(bed.state.path.count + 1)
        let fleet = hub.split(separator: "/").prefix(2).joined(separator: "/")
        var table = [
            "": way, "fleets/": way, "\(fleet)/": way, "\(fleet)/c/": way, "\(hub)/": pass, "\(hub)/homes/": homes,
            "\(hub)/revisions/": pass, "\(hub)/revisions/1/": pass,
        ]
        let environment = "environments/\(name(of: bed))"
        table.merge([
            "environments/": way, "\(environment).lock": "600", "\(environment)/": "755",
            "\(environment)/bin/": "755", "\(environment)/bin/python": "755",
            "\(environment)/requirements.txt": "644", "\(environment)/.hubfleet-compiled": "644",
        ]) { $1 }
        let secret = [
            "lock", "change.lock", "state.lock", "passwords.json", "passwords.shown", "service_tokens.json",
            "state.json", "logo-b2965f85.svg",
            "revisions/1/jupyterhub_config.py", "revisions/1/revision.json",
        ]
        for name in secret { table["\(hub)/\(name)"] = "600" }
        let open = "\(hub)/revisions/1"
        for name in ["files", "files/share", "files/share/jupyter", "files/share/jupyter/a", "python"] {
            table["\(open)/\(name)/"] = "755"
        }
        for name in ["files/share/jupyter/a/note.txt", "requirements.txt"] { table["\(open)/\(name)"] = "644" }
        for name in EmbeddedFiles.all.keys where !name.hasPrefix("requirements") {
            table["\(open)/python/\(name)"] = "644"
            if let slash = name.lastIndex(of: "/") { table["\(open)/python/\(name[...slash])"] = "755" }
        }
        return table
    }

    /// The name of the folder of the Python environment.
    private func name(of bed: LocalBed) -> String {
        let environment = PythonEnvironment(state: bed.state, doors: bed.doors)
        return URL(filePath: environment.folder(PythonEnvironment.standardRequirements)).lastPathComponent
    }

    /// Plays a Python that installs at once.
    private func python() -> ScriptedCommandRunner {
        ScriptedCommandRunner { call in
            if call.program == "uv" { throw CommandError.notFound(program: "uv") }
            if call.arguments.contains("-c") {
                return CommandOutput(standardOutput: Array("{\"version\": [3, 11], \"places\": []}".utf8))
            }
            if call.arguments.contains("venv"), let folder = call.arguments.last {
                try FileWriting.makeFolder(folder + "/bin")
                try FileWriting.write("", to: folder + "/bin/python", permissions: 0o755)
            }
            return CommandOutput()
        }
    }

    @Test(arguments: [true, false]) func servesNobodyWhatIsNotMeantForThem(separateAccounts: Bool) async throws {
        var bed = try await LocalBed()
        bed.doors.isRoot = separateAccounts
        bed.doors.webFiles = ScriptedWebFiles(["https://example.org/logo.svg": Array("<svg/>".utf8)])
        bed.doors.runner = python()
        #expect(chmod(bed.folder.path, 0o755) == 0)
        // Everything is made by the deployment.
        try FileManager.default.removeItem(atPath: bed.state.path)
        let engine = bed.engine
        let lock = try engine.lock(bed.hub)
        _ = try await engine.deploy(bed.deployment(Self.values), under: lock, tell: bed.events.tell)
        let hub = try engine.hub(under: lock)
        _ = try hub.makePasswords(anew: true)
        try hub.rememberPasswordsWereShown()
        let expected =
            separateAccounts
            ? table("755", "711", homes: "710", bed: bed) : table("700", "700", homes: "700", bed: bed)
        let found = try modes(bed.state.path)
        for path in Set(found.keys).union(expected.keys).sorted() {
            #expect(found[path] == expected[path], "\(path)")
        }
    }
}
