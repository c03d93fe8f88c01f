import FleetModel
import FleetTesting
import Foundation
import Releases
import Testing
import Texts

/// Charts in the older form, sub-charts that nothing names, and what Helm refuses of both.
@Suite(.tags(.medium))
struct ChartFormTests {
    /// What a hub of a chart runs with. `values` are the hub's own, `files` those of the chart, by their paths in it.
    private func load(_ files: [String: String], values: String = "{}") async throws -> ValuesLoader.Loaded {
        let folder = try TemporaryFolder().write([
            "config/clusters/c/cluster.yaml":
                "name: c\nprovider: local\nhubs: [{name: hub, helm_chart: old, helm_chart_values_files: [v.yaml]}]\n",
            "config/clusters/c/v.yaml": values,
        ])
        for (path, text) in files { try folder.write(["helm-charts/\(path)": text]) }
        let fleet = try await OpenFleet(WorkingTree(folder.path), runner: RefusingCommandRunner())
        let cluster = try #require(fleet.fleet.clusters.first)
        return await fleet.load(Release(try #require(cluster.hubs.first), of: cluster))
    }

    private static let old = "apiVersion: v1\nname: old\nversion: 1.0.0\n"
    private static func sub(_ name: String = "sub", more: String = "") -> String {
        "apiVersion: v1\nname: \(name)\nversion: 1.0.0\n\(more)"
    }

    @Test(arguments: [
        ["old/requirements.yaml": "dependencies: [{name: sub, version: 1.0.0, repository: \"https://example.org\"}]\n"],
        // Nothing names it.
        [:],
        // A range, in the newer form, and the folder has another name.
        ["old/Chart.yaml": "apiVersion: v2\nname: old\nversion: 1.0.0\ndependencies: [{name: sub, version: ^1}]\n"],
    ])
    func readsDefaultsOfEveryChartBelow(_ more: [String: String]) async throws {
        let files = [
            "old/Chart.yaml": Self.old, "old/charts/any-folder/Chart.yaml": Self.sub(),
            "old/charts/any-folder/values.yaml": "greeting: hello\nname: nobody\n",
        ]
        let loaded = try await load(files.merging(more) { $1 }, values: "sub: {name: Mara}\n")
        #expect(loaded.findings == [])
        #expect(loaded.values.merged["sub"]?.oneLine() == "{greeting: \"hello\", name: \"Mara\", global: {}}")
        #expect(
            loaded.values.merged["sub", "greeting"]?.location.description
                == "helm-charts/old/charts/any-folder/values.yaml:1:11")
    }

    @Test func readsRequirementsOverAChartYAML() async throws {
        let loaded = try await load([
            "old/Chart.yaml": Self.old + "dependencies: [{name: other, version: 1.0.0, alias: nick}]\n",
            "old/requirements.yaml": "dependencies: [{name: sub, version: 1.0.0}]\n",
            "old/charts/sub/Chart.yaml": Self.sub(), "old/charts/sub/values.yaml": "a: 1\n",
        ])
        #expect(loaded.findings == [])
        #expect(loaded.values.merged["nick", "a"]?.integer == 1)
    }

    @Test func aChartOfTheFleetCountsForItsOldArchive() async throws {
        let loaded = try await load([
            "old/Chart.yaml": Self.old + "dependencies: [{name: sub, version: 1.0.0, repository: \"file://../sub\"}]\n",
            "old/charts/sub-0.9.0/Chart.yaml": "name: sub\nversion: 0.9.0\n",
            "old/charts/sub-0.9.0/values.yaml": "a: old\n",
            "sub/Chart.yaml": Self.sub(), "sub/values.yaml": "a: new\n",
        ])
        #expect(loaded.findings == [])
        #expect(loaded.values.merged["sub", "a"]?.string == "new")
    }

    @Test func saysWhatHelmDoesWithoutAndWhatItTakesInstead() async throws {
        let loaded = try await load([
            "old/Chart.yaml": Self.old + "dependencies: [{name: sub, version: ^2, alias: nick}]\n",
            "old/charts/sub/Chart.yaml": Self.sub(more: "dependencies: [{name: deep, version: 1.0.0}]\n"),
            "old/charts/sub/values.yaml": "a: 1\n",
        ])
        #expect(
            loaded.findings.map { "\($0.location) \($0.severity) \($0.rule)" } == [
                "helm-charts/old/Chart.yaml:4:16 warning values/other-version",
                "helm-charts/old/charts/sub/Chart.yaml:4:16 note values/unknown-subchart",
            ])
        #expect(loaded.values.merged["sub"]?.oneLine() == "{a: 1, global: {}}")
        #expect(loaded.values.merged["nick"] == nil)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let files: [String: String]
        let values: String
        let finding: String
        var testDescription: String { finding }

        init(_ files: [String: String], values: String = "{}", _ finding: String) {
            (self.files, self.values, self.finding) = (files, values, finding)
        }
    }

    @Test(arguments: [
        Refused(["old/charts/README.md": ""], "old/charts/README.md:1:1 values/unreadable-chart"),
        Refused(["old/charts/sub/notes.txt": ""], "old/charts/sub:1:1 values/unreadable-chart"),
        Refused(["old/charts/sub/Chart.yaml": "name: sub\n"], "old/charts/sub/Chart.yaml:1:1 values/chart-metadata"),
        Refused(
            ["old/charts/sub/Chart.yaml": "name: sub\nversion: new\n"],
            "old/charts/sub/Chart.yaml:1:1 values/chart-metadata"),
        Refused(["old/charts/sub.tgz": "x"], "old/charts/sub.tgz:1:1 values/broken-archive"),
        Refused(["old/.helmignore": "# all\n**/x\n"], "old/.helmignore:2:1 values/unreadable-chart"),
        Refused(["old/.helmignore": "Chart.yaml\n"], "old/Chart.yaml:1:1 values/unreadable-chart"),
        Refused(
            ["old/requirements.yaml": "dependencies:\n  - {name: a, version: 1}\n  - {name: b, alias: a}\n"],
            "old/requirements.yaml:3:5 values/chart-metadata"),
        Refused(
            ["old/requirements.yaml": "dependencies: [{name: a, version: 1, alias: a.b}]\n"],
            "old/requirements.yaml:1:16 values/chart-metadata"),
        Refused(
            ["old/requirements.yaml": "dependencies: [{version: 1}]\n"],
            "old/requirements.yaml:1:16 values/chart-metadata"),
        Refused(
            ["old/charts/sub/Chart.yaml": ChartFormTests.sub()], values: "sub: 5\n",
            "config/clusters/c/v.yaml:1:6 values/subchart-type"),
        Refused(
            ["old/charts/sub/Chart.yaml": ChartFormTests.sub(), "old/values.yaml": "a: 1\nsub: [b]\n"],
            "old/values.yaml:2:6 values/subchart-type"),
    ])
    func saysWhatHelmRefuses(_ it: Refused) async throws {
        let loaded = try await load(["old/Chart.yaml": Self.old].merging(it.files) { $1 }, values: it.values)
        let errors = loaded.findings.filter { $0.severity == .error }.map { "\($0.location) \($0.rule)" }
        #expect(errors == [it.finding.hasPrefix("old/") ? "helm-charts/\(it.finding)" : it.finding])
    }
}
