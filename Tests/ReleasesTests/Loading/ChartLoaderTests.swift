import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Testing
import Texts

/// The layers that come from charts: sub-charts beside, below and above the chart, replaced Chart.yaml files, jsonnet.
@Suite(.tags(.medium))
struct ChartLoaderTests {
    private static let files = [
        "config/clusters/c/cluster.yaml": """
        name: c
        provider: aws
        metadata: {}
        aws: {account: "000011112222", key: enc-k.secret.json, clusterType: eks, clusterName: cloudname, region: us-west-2}
        support: {helm_chart_values_files: [support.values.yaml]}
        hubs:
          - {name: prod, domain: hub.example.org, helm_chart: basehub, helm_chart_values_files: [prod.values.yaml]}
          - name: trial
            domain: trial.example.org
            helm_chart: daskhub
            helm_chart_values_files: [trial.values.yaml]
            chart_override: config/clusters/c/chart.yaml

        """,
        "config/clusters/c/enc-k.secret.json": "", "config/clusters/c/prod.values.yaml": "own: {x: 1}\n",
        "config/clusters/c/trial.values.yaml": "basehub: {x: 1}\n", "config/clusters/c/support.values.yaml": "",
        "config/clusters/c/chart.yaml": chart("basehub", [("jupyterhub", "2.0.0", "")]),
        "helm-charts/basehub/Chart.yaml": chart(
            "basehub",
            [("jupyterhub", "1.0.0", ""), ("own", "1.0.0", ""), ("extra", "1.0.0", ", condition: extra.enabled")]),
        "helm-charts/basehub/values.yaml": "jupyterhub: {a: chart}\nextra: {enabled: false}\nglobal: {g: 1}\n",
        "helm-charts/basehub/charts/own/Chart.yaml": chart("own", []),
        "helm-charts/basehub/charts/own/values.yaml": "w: 2\n",
        "helm-charts/basehub/charts/extra/Chart.yaml": chart("extra", []),
        "helm-charts/basehub/charts/extra/values.yaml": "z: 3\n",
        "helm-charts/daskhub/Chart.yaml":
            "name: daskhub\ndependencies:\n  - {name: basehub, version: 0.1.0, repository: \"file://../basehub\"}\n",
        "helm-charts/support/Chart.yaml": chart("support", []), "helm-charts/support/values.yaml": "s: 1\n",
        "upstream/jupyterhub-1.0.0/Chart.yaml": chart("jupyterhub", []),
        "upstream/jupyterhub-1.0.0/values.yaml": "a: one\nb: one\n",
        "upstream/jupyterhub-2.0.0/Chart.yaml": chart("jupyterhub", []),
        "upstream/jupyterhub-2.0.0/values.yaml": "a: two\nb: two\n",
    ]

    private static func chart(_ name: String, _ dependencies: [(String, String, String)]) -> String {
        let lines = dependencies.map { "  - {name: \($0.0), version: \($0.1)\($0.2)}\n" }
        return "name: \(name)\nversion: 1.0.0\n" + (lines.isEmpty ? "" : "dependencies:\n" + lines.joined())
    }

    private func load(
        _ id: String, _ more: [String: String] = [:], runner: any CommandRunner = RefusingCommandRunner(),
        prepare: (TemporaryFolder) throws -> Void = { _ in }
    ) async throws -> ValuesLoader.Loaded {
        let folder = try TemporaryFolder().write(Self.files).write(more)
        try prepare(folder)
        let fleet = try await OpenFleet(WorkingTree(folder.path), runner: runner, opensEncryptedFiles: false)
        let cluster = try #require(fleet.fleet.clusters.first)
        let releases = cluster.releases(charts: fleet.reading.charts)
        let release = try #require(releases.first { $0.id == id })
        return await fleet.load(release)
    }

    @Test func saysOnceThatAChartCannotBeRead() async throws {
        let outside = try TemporaryFolder().write(["Chart.yaml": "name: basehub\n"])
        let loaded = try await load("c/prod", ["helm-charts/basehub/values.yaml": "- no map\n"]) { folder in
            let file = "\(folder.path)/helm-charts/basehub/Chart.yaml"
            try FileManager.default.removeItem(atPath: file)
            try FileManager.default.createSymbolicLink(
                atPath: file, withDestinationPath: outside.path + "/Chart.yaml")
        }
        #expect(
            loaded.findings.map { "\($0.location) \($0.rule)" } == [
                "helm-charts/basehub/Chart.yaml:1:1 values/unreadable-chart"
            ])
        withExtendedLifetime(outside) {}
    }

    @Test func readsChartsBesideBelowAndVendored() async throws {
        let loaded = try await load("c/prod")
        #expect(loaded.findings == [])
        let merged = loaded.values.merged
        #expect(merged["jupyterhub"]?.oneLine() == "{a: \"chart\", b: \"one\", global: {g: 1}}")
        #expect(merged["own"]?.oneLine() == "{w: 2, global: {g: 1}, x: 1}")
        #expect(merged["extra"]?.oneLine() == "{enabled: false}")
        #expect(
            loaded.values.layers.map(\.file) == [
                "upstream/jupyterhub-1.0.0/values.yaml", "helm-charts/basehub/charts/own/values.yaml",
                "helm-charts/basehub/values.yaml", "config/clusters/c/prod.values.yaml",
            ])
        #expect(merged["jupyterhub", "b"]?.location.description == "upstream/jupyterhub-1.0.0/values.yaml:2:4")
    }

    @Test func aReplacedChartYAMLChangesTheSubcharts() async throws {
        let loaded = try await load("c/trial")
        #expect(loaded.findings == [])
        #expect(loaded.values.hubPath == ["basehub"])
        #expect(loaded.values.hubValues["jupyterhub", "b"]?.string == "two")
        // Nothing names it now, but it lies in charts/, and so Helm takes it.
        #expect(loaded.values.hubValues["own", "w"]?.integer == 2)
        #expect(loaded.values.hubValues["x"]?.integer == 1)
    }

    @Test func readsEncryptedValuesBesideTheChartOfSupportServices() async throws {
        let secret = "k: ENC[x]\nsops: {mac: m, version: 3, lastmodified: t}\n"
        let loaded = try await load(
            "c (support)", ["helm-charts/support/enc-a.secret.values.yaml": secret])
        #expect(loaded.values.layers.map(\.kind) == [.chart, .encrypted, .file])
        #expect(loaded.values.locked.map(\.file) == ["helm-charts/support/enc-a.secret.values.yaml"])
        #expect(loaded.values.merged["s"]?.integer == 1)
    }

    @Test func saysWhichSubchartIsNotAtHand() async throws {
        let chart = ["helm-charts/basehub/Chart.yaml": Self.chart("basehub", [("jupyterhub", "9.9.9", "")])]
        let loaded = try await load("c/prod", chart)
        #expect(
            loaded.findings.map(\.description) == [
                "helm-charts/basehub/Chart.yaml:4:5: note: the values and the schema of jupyterhub-9.9.9 are not at hand, "
                    + "so they are left out; `helm dependency build helm-charts/basehub` fetches them [values/unknown-subchart]"
            ])
        #expect(loaded.values.merged["jupyterhub"]?.oneLine() == "{a: \"chart\", global: {g: 1}}")
    }

    @Test func readsArchivesAsHelmFetchesThem() async throws {
        let folder = try TemporaryFolder().write([
            "jupyterhub/Chart.yaml": Self.chart("jupyterhub", []), "jupyterhub/values.yaml": "a: archive\nc: archive\n",
        ])
        let archive = "helm-charts/basehub/charts/jupyterhub-1.0.0.tgz"
        let loaded = try await load("c/prod") { fleet in
            let tar = Process()
            tar.executableURL = URL(filePath: try #require(RealThings.program("tar")))
            let above = URL(filePath: "\(fleet.path)/\(archive)").deletingLastPathComponent()
            try FileManager.default.createDirectory(at: above, withIntermediateDirectories: true)
            tar.arguments = ["-czf", "\(fleet.path)/\(archive)", "-C", folder.path, "jupyterhub"]
            try tar.run()
            tar.waitUntilExit()
        }
        #expect(loaded.findings == [])
        #expect(loaded.values.merged["jupyterhub", "c"]?.location.description == "\(archive)/values.yaml:2:4")
        let broken = try await load("c/prod", [archive: "no archive"])
        #expect(broken.findings.map(\.rule) == ["values/broken-archive"])
        #expect(broken.findings.first?.location.file == archive)
    }

    @Test(.needs("jsonnet")) func rendersJsonnetWithTheVariablesOfTheRelease() async throws {
        let chart = """
            local name = std.extVar('VARS_2I2C_HUB_NAME');
            local folder = std.reverse(std.split(std.thisFile, '/'))[1];
            local values = (import 'shared.libsonnet') + {
              jupyterhub: { a: 'computed', hub: name, domain: std.extVar('VARS_2I2C_HUB_DOMAIN') },
              cluster: [std.extVar('VARS_2I2C_' + x) for x in ['CLUSTER_NAME', 'PROVIDER', 'ACCOUNT_ID']],
            };
            if folder == 'daskhub' then { basehub: values } else values
            """
        let files = [
            "helm-charts/basehub/values.jsonnet": chart, "helm-charts/basehub/shared.libsonnet": "{ own: { x: 0 } }",
        ]
        let prod = try await load("c/prod", files, runner: try RealThings.runner())
        #expect(prod.findings == [])
        #expect(prod.values.layers.map(\.kind) == [.subchart, .subchart, .chart, .jsonnet, .file])
        #expect(prod.values.merged["jupyterhub", "a"]?.string == "computed")
        #expect(prod.values.merged["jupyterhub", "domain"]?.string == "hub.example.org")
        #expect(prod.values.merged["cluster"]?.oneLine() == "[\"cloudname\", \"aws\", \"000011112222\"]")
        // The hub's own file comes later.
        #expect(prod.values.merged["own", "x"]?.integer == 1)
        #expect(prod.values.merged["jupyterhub", "a"]?.location.description == "helm-charts/basehub/values.jsonnet:1:1")
        let trial = try await load("c/trial", files, runner: try RealThings.runner()) { fleet in
            for file in ["values.jsonnet", "shared.libsonnet"] {
                try FileManager.default.createSymbolicLink(
                    atPath: "\(fleet.path)/helm-charts/daskhub/\(file)", withDestinationPath: "../basehub/\(file)")
            }
        }
        #expect(trial.findings == [])
        #expect(trial.values.hubValues["jupyterhub", "hub"]?.string == "trial")
    }

    @Test(.needs("jsonnet")) func saysWhyJsonnetFails() async throws {
        let files = ["helm-charts/basehub/values.jsonnet": "{ a: error 'out of moons' }"]
        let loaded = try await load("c/prod", files, runner: try RealThings.runner())
        #expect(loaded.findings.map(\.rule) == ["values/jsonnet"])
        #expect(loaded.findings.first?.severity == .error)
        #expect(loaded.findings.first?.message.contains("out of moons") == true)
        let list = try await load(
            "c/prod", ["helm-charts/basehub/values.jsonnet": "[1]"], runner: try RealThings.runner())
        #expect(list.findings.map(\.rule) == ["values/no-map"])
    }
}
