import FleetTools
import Foundation

/// The program `helm`, as calls that can be looked at before they are made. Version 3 from 3.17 on, and version 4.
package struct Helm: Sendable, Equatable {
    /// The version of Kubernetes that charts are rendered for unless somebody names another.
    package static let usualKubernetes = "1.34.0"

    /// A path, or a name that is looked up in `PATH`.
    package let program: String

    package init(program: String = "helm") {
        self.program = program
    }

    /// Its version, such as `v4.1.4`.
    /// - Throws: `CommandError`.
    package func version(_ runner: any CommandRunner) async throws -> String {
        try await runner.check(versionCall).text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The call that prints its version.
    package var versionCall: Invocation {
        Invocation(
            program, ["version", "--template", "{{.Version}}"], inherits: .only([]), timeLimit: .seconds(30))
    }

    /// What is rendered.
    package struct Template: Sendable, Equatable {
        /// The name of the release, and of its namespace.
        package var release: String
        /// The folder of the chart.
        package var chart: String
        /// One document of YAML. It goes through standard input, so that no secret is on a disk.
        package var values: [UInt8]
        /// The version of Kubernetes that templates are told.
        package var kubernetes: String
        /// A folder of its own: helm sees no settings and no plugins of anybody.
        package var home: String
    }

    /// The call that prints the objects of a release at an upgrade, its hooks, tests and definitions too. It asks no cluster.
    ///
    /// Schemas of charts are left to `validate`: helm would load what they refer to, files of the disk and addresses among
    /// it, and say what it found there. Nor could another secret know what a schema wants of one, such as one of three words.
    package func template(_ template: Template) -> Invocation {
        var environment: [String: String?] = ["HOME": template.home]
        for (name, folder) in [
            ("HELM_CACHE_HOME", "cache"), ("HELM_CONFIG_HOME", "config"), ("HELM_DATA_HOME", "data"),
            ("HELM_PLUGINS", "plugins"),
        ] {
            environment[name] = "\(template.home)/\(folder)"
        }
        return Invocation(
            program,
            [
                "template", "--namespace=\(template.release)", "--is-upgrade", "--include-crds",
                "--kube-version=\(template.kubernetes)", "--values=-", "--skip-schema-validation",
                // Behind it nothing is an option, whatever the name of a hub begins with.
                "--", template.release, template.chart,
            ],
            inherits: .only([]), environment: environment, standardInput: template.values, timeLimit: .seconds(120))
    }

    /// The call that brings the archive of a chart into a folder. It follows the user's own settings, such as those of a
    /// proxy, and log-ins to registries.
    ///
    /// - Parameters:
    ///   - chart: which one.
    ///   - folder: the archive comes into it, named by helm.
    /// - Returns: the call.
    package func pull(_ chart: ChartSource, to folder: String) -> Invocation {
        let version = chart.version.isEmpty ? [] : ["--version=\(chart.version)"]
        let place =
            chart.isInRegistry
            ? ["--", "\(chart.repository)/\(chart.name)"] : ["--repo=\(chart.repository)", "--", chart.name]
        return Invocation(
            program, ["pull"] + version + ["--destination=\(folder)"] + place, timeLimit: .seconds(300))
    }
}

/// Where the archive of a chart comes from.
package struct ChartSource: Sendable, Hashable {
    package let name: String
    /// A version, or a range of them; empty for the newest.
    package let version: String
    /// Begins with `https://`, `http://` or `oci://`; no slash at its end.
    package let repository: String

    /// Nil where a Chart.yaml names something else than a chart in a repository.
    package init?(name: String, version: String, repository: String) {
        let schemes = ["https://", "http://", "oci://"]
        guard schemes.contains(where: { repository.utf8.starts(with: $0.utf8) }), !name.isEmpty,
            name.utf8.allSatisfy({ Self.nameBytes.contains($0) }), name.utf8.first != UInt8(ascii: "-"),
            !name.hasPrefix("."), version.utf8.allSatisfy({ (0x20..<0x7F).contains($0) })
        else { return nil }
        self.name = name
        self.version = version
        self.repository = repository.hasSuffix("/") ? String(repository.dropLast()) : repository
    }

    /// Whether it is in a registry of container images.
    package var isInRegistry: Bool { repository.hasPrefix("oci://") }

    /// As people are told of it.
    package var shown: String { "\(name) \(version) of \(repository)" }

    private static let nameBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.".utf8)
}
