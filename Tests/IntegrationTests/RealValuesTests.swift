import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Logging
import Releases
import Testing
import Texts

/// The effective values of every hub of the real fleet must be those that the real Helm computes from the same layers.
@Suite(.tags(.large), .timeLimit(.minutes(20)), .needsRealFleet, .needs("helm"), .needs("sops"))
struct RealValuesTests {
    private let root: String
    private let runner: any CommandRunner

    init() throws {
        root = try #require(RealThings.fleet, "the real fleet is missing")
        runner = try RealThings.runner(environment: ["SOPS_AGE_KEY_FILE": root + "/test-age-key.txt"])
    }

    @Test func allHubsRunWithWhatHelmComputes() async throws {
        let open = try await OpenFleet(WorkingTree(root), runner: runner)
        let fleet = open.fleet
        let helm = try HelmProbe("helm")
        for cluster in fleet.clusters {
            for hub in cluster.hubs {
                let release = Release(hub, of: cluster)
                let loaded = await open.load(release)
                #expect(loaded.values.locked == [], "\(hub.id)")
                let folder = try TemporaryFolder()
                let chart = try writeChart(of: release, to: folder)
                let files = try await writeFiles(of: release, to: folder)
                let theirs = try await helm.values(chart: chart, files: files)
                let ours = try #require(loaded.values.merged.json as? NSDictionary)
                let paths = differences(ours, theirs, path: "")
                #expect(paths == [], "\(hub.id)")
                #expect(loaded.values.hubValues["jupyterhub", "singleuser"]?.map?.count ?? 0 > 20, "\(hub.id)")
            }
        }
        #expect(fleet.hubs.count == 39)
    }

    // MARK: - What Helm is given

    /// A copy of the hub's chart with the charts that it depends on: the upstream one where it is at hand, else empty
    /// ones, as they are unknown to Hubfleet too.
    private func writeChart(of release: Release, to folder: TemporaryFolder) throws -> String {
        let basehub = "charts/" + (release.chart.value == "basehub" ? "basehub" : "daskhub/charts/basehub")
        let metadata = release.chartOverrideFile ?? "helm-charts/basehub/Chart.yaml"
        try copy(metadata, to: "\(basehub)/Chart.yaml", in: folder)
        try copy("helm-charts/basehub/values.yaml", to: "\(basehub)/values.yaml", in: folder)
        if release.chart.value != "basehub" {
            try copy("helm-charts/daskhub/Chart.yaml", to: "charts/daskhub/Chart.yaml", in: folder)
        }
        try folder.write(["charts/\(release.chart.value)/templates/probe.yaml": HelmProbe.template])
        let bytes = try #require(FileManager.default.contents(atPath: "\(root)/\(metadata)"))
        for dependency in YAMLReader.read(bytes, file: metadata).root?["dependencies"]?.list ?? [] {
            let name = try #require(dependency["name"]?.string)
            let version = try #require(dependency["version"]?.string)
            let upstream = "upstream/\(name)-\(version)"
            let chart = "\(basehub)/charts/\(name)"
            if FileManager.default.fileExists(atPath: "\(root)/\(upstream)") {
                try copy("\(upstream)/Chart.yaml", to: "\(chart)/Chart.yaml", in: folder)
                try copy("\(upstream)/values.yaml", to: "\(chart)/values.yaml", in: folder)
            } else {
                try folder.write(["\(chart)/Chart.yaml": "apiVersion: v2\nname: \(name)\nversion: \(version)\n"])
            }
        }
        return "\(folder.path)/charts/\(release.chart.value)"
    }

    /// The values files in their order, the encrypted ones opened.
    private func writeFiles(of release: Release, to folder: TemporaryFolder) async throws -> [String] {
        var files: [String] = []
        for (index, file) in release.valuesFiles.enumerated() {
            let path = "\(root)/\(release.cluster.folder)/\(file.value)"
            guard file.value.contains("secret") else {
                files.append(path)
                continue
            }
            let clear = try await runner.check(Sops.decrypt(path))
            try folder.write(["\(index).yaml": clear.text])
            files.append("\(folder.path)/\(index).yaml")
        }
        return files
    }

    private func copy(_ file: String, to target: String, in folder: TemporaryFolder) throws {
        try folder.write([target: String(contentsOfFile: "\(root)/\(file)", encoding: .utf8)])
    }
}
