import ArgumentParser
import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import FleetCommands

@Suite(.tags(.medium))
struct ValidateCommandTests {
    private static let faulty = """
        jupyterhub:
          hub:
            config:
              JupyterHub: {authenticator_class: github}
              GitHubOAuthenticator: {allowed_organizations: [example]}
              Authenticator: {allowed_users: [ada], admin_users: [ada]}
          singleuser:
            image: {name: "quay.io/example/image,100%", tag: latest}
          cull: {enabled: fals}

        """

    /// Two hubs that share a file with an error, a warning and a fault of the schema.
    private func sample(_ more: [String: String] = [:]) throws -> CommandCase {
        let folder = try TemporaryFolder().write([
            "helm-charts/basehub/Chart.yaml":
                "name: basehub\ndependencies: [{name: jupyterhub, version: 1.0.0, repository: \"https://example.org\"}]\n",
            "helm-charts/basehub/templates/x.yaml": "",
            "helm-charts/basehub/values.yaml": "jupyterhub: {singleuser: {memory: {limit: 4G}}}\n",
            "helm-charts/basehub/values.schema.yaml": """
            properties:
              jupyterhub:
                properties: {cull: {properties: {enabled: {type: boolean}}}}

            """,
            "config/clusters/earth/cluster.yaml": """
            name: earth
            provider: kubeconfig
            metadata: {}
            kubeconfig: {file: enc-k.secret.yaml}
            hubs:
              - {name: staging, domain: staging.example.org, helm_chart: basehub, helm_chart_values_files: [common.values.yaml]}
              - {name: prod, domain: example.org, helm_chart: basehub, helm_chart_values_files: [common.values.yaml]}

            """,
            "config/clusters/earth/enc-k.secret.yaml": "sops: {mac: m, version: 3, lastmodified: t}\n",
            "config/clusters/earth/common.values.yaml": Self.faulty,
        ]).write(more)
        return CommandCase(folder: folder)
    }

    @Test(arguments: ["table", "json", "github", "sarif"])
    func printsEachFormat(_ format: String) async throws {
        let sample = try sample()
        await #expect(throws: ExitCode(1)) {
            try await sample.run("validate", "--format", format, "--severity", "note")
        }
        let suffix = ["json", "sarif"].contains(format) ? "json" : "txt"
        try expectGolden(sample.output.results + "\n", "validate-\(format).\(suffix)")
        let summary = "2 hubs, 0 support releases: 2 errors, 1 warning, 1 note"
        #expect(sample.output.messages == (format == "table" ? [summary] : []))
    }

    @Test(arguments: [
        ["--helm", "helm3"], ["--kubernetes", "1.34"], ["--users-pods"], ["--rendered", "--kubernetes", "latest"],
        ["--rendered", "--helm", ""],
    ])
    func whatIsAboutRenderingNeedsIt(_ options: [String]) {
        #expect(throws: (any Error).self) { try CommandCase.command(["validate"] + options) }
    }

    /// What runs on this machine has no objects, and that is said.
    @Test func hubsOfThisMachineAreNotRendered() async throws {
        let sample = CommandCase(folder: try SampleFleet.write(clusters: ["local": ["a"]]))
        _ = try? await sample.run("validate", "--rendered", "--helm", "no-such-helm", "--severity", "note")
        #expect(sample.output.results.contains("note: it runs on this machine, without helm"))
    }

    /// Names that Unicode holds equal are two files.
    @Test(arguments: NormalForms.all)
    func eachClosedFileIsNamed(_ names: NormalForms) async throws {
        let files = [names.one, names.other].map { "enc-\($0).secret.yaml" }
        let listed = files.map { "\"\($0)\"" }.joined(separator: ", ")
        let sample = try sample([
            "config/clusters/moon/cluster.yaml": "name: moon\nprovider: local\n"
                + "hubs: [{name: a, domain: a.org, helm_chart: basehub, helm_chart_values_files: [\(listed)]}]\n"
        ])
        for file in files {
            try sample.folder.write([
                "config/clusters/moon/\(file)": "a: ENC[x]\nsops: {mac: m, version: 3, lastmodified: t}\n"
            ])
        }
        _ = try? await sample.run("validate", "moon", "--no-decrypt", "--format", "json")
        let report = YAMLReader.read(sample.output.results, file: "report").root
        let closed = try #require(report?["summary", "notOpened"]?.map?.keys.map(\.text))
        #expect(closed.count == 2 && files.allSatisfy { file in closed.contains { $0.exact.hasSuffix(file.exact) } })
    }

    @Test func checksASelectionAlone() async throws {
        let sample = try sample([
            "config/clusters/moon/cluster.yaml": "name: moon\nprovider: local\nhubs: [{name: a b}]\n"
        ])
        await #expect(throws: ExitCode(1)) { try await sample.run("validate", "earth/prod") }
        #expect(sample.output.results.contains("in earth/prod"))
        #expect(!sample.output.results.contains("staging"))
        #expect(!sample.output.results.contains("moon"))
        let all = CommandCase(folder: sample.folder)
        await #expect(throws: ExitCode(1)) { try await all.run("validate") }
        #expect(all.output.results.contains("config/clusters/moon/cluster.yaml:3:"))
    }

    /// What `list` says of a selection, `validate` says too.
    @Test func aWildcardMayHaveMeantWhatCannotBeRead() async throws {
        let sample = try sample(["config/clusters/moon/cluster.yaml": "name: moon\n"])
        await #expect(throws: ExitCode(1)) { try await sample.run("validate", "*/prod") }
        #expect(sample.output.results.contains("config/clusters/moon/cluster.yaml:1:"))
    }

    /// A missing file is said once, and to those alone whose hub lists it.
    @Test func valuesCountWhatIsAboutTheirHub() async throws {
        let sample = CommandCase(folder: try SampleFleet.write(clusters: ["local": ["a", "b"]]))
        try FileManager.default.removeItem(atPath: sample.folder.path + "/config/clusters/local/b.values.yaml")
        try await sample.run("values", "local/a")
        #expect(sample.output.messages == [])
        await #expect(throws: ExitCode(1)) { try await sample.run("values", "local/b") }
        #expect(sample.output.messages.count { $0.contains("b.values.yaml") } == 1)
    }

    @Test func theExitStatusTellsErrorsFromWarnings() async throws {
        let image = "jupyterhub: {singleuser: {image: {name: a, tag: latest}}}\n"
        let warning = ["config/clusters/earth/common.values.yaml": image]
        let sample = try sample(warning)
        try await sample.run("validate")
        #expect(sample.output.results.contains("[images/latest]"))
        await #expect(throws: ExitCode(2)) { try await sample.run("validate", "--detailed-exitcode") }
        try sample.folder.write(["config/clusters/earth/common.values.yaml": ""])
        try await sample.run("validate", "--detailed-exitcode")
    }

    @Test func followsTheSwitchesOfTheFleet() async throws {
        let sample = try sample([
            "fleet.yaml": """
            checks:
              auth/organization-and-users: off
              images/latest: {severity: error, except: ["*/staging"], reason: tried there}
              images/no-tg: off

            """
        ])
        await #expect(throws: ExitCode(1)) { try await sample.run("validate", "--severity", "note") }
        let results = sample.output.results
        #expect(!results.contains("auth/organization-and-users"))
        #expect(results.contains("error: the image quay.io/example/image,100%:latest changes without notice"))
        #expect(results.contains("[images/latest]\n    name a release of it\n    in earth/prod\n"))
        #expect(
            results.contains(
                "fleet.yaml:4:3: error: there is no rule \"images/no-tg\" [fleet/unknown-rule]\n    did you mean \"images/no-tag\"?"
            ))
    }

    @Test(arguments: [
        ("operator: {nme: x}\n", "fleet.yaml:1:12: error: unknown key \"nme\" in `operator`"),
        ("tiers: {essential: {representatives_max: two}}\n", "fleet.yaml:1:42: error: "),
        ("checks: {images/latest: loud}\n", "fleet.yaml:1:25: error: "),
        ("a: [\n", "fleet.yaml:2:1: error: "),
    ])
    func checksThePolicy(_ text: String, expected: String) async throws {
        let sample = try sample(["fleet.yaml": text])
        await #expect(throws: ExitCode(1)) { try await sample.run("validate") }
        #expect(sample.output.results.contains(expected), "\(sample.output.results)")
    }

    @Test(arguments: ["cluster", "fleet"]) func printsTheSchemasForEditors(_ name: String) async throws {
        let empty = CommandCase(folder: try TemporaryFolder())
        try await empty.run("validate", "--schema", name)
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(empty.output.results.utf8)) as? [String: Any])
        #expect(json["$schema"] as? String == "http://json-schema.org/draft-07/schema#")
        #expect((json["properties"] as? [String: Any])?.count ?? 0 > 5)
    }
}
