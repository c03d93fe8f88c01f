import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Testing

/// Fleets in the manners of other operators: values are those of the real Helm, and nothing is said of what is right.
@Suite(.tags(.large), .timeLimit(.minutes(10)), .needsRealFleet, .needs("helm"))
struct OtherFleetsTests {
    private func open(_ fleet: OtherFleet) async throws -> (folder: TemporaryFolder, open: OpenFleet) {
        let root = try #require(RealThings.fleet)
        let folder = try fleet.write(upstream: "\(root)/upstream/jupyterhub-4.3.3")
        return (folder, try await OpenFleet(WorkingTree(folder.path), runner: RefusingCommandRunner()))
    }

    @Test(arguments: OtherFleet.all) func valuesAreHelms(_ fleet: OtherFleet) async throws {
        let (folder, open) = try await open(fleet)
        let helm = try HelmProbe("helm")
        let chart = try chart(of: fleet, in: folder)
        #expect(open.fleet.hubs.map(\.id) == ["quay/staging", "quay/prod"])
        for cluster in open.fleet.clusters {
            for hub in cluster.hubs {
                let loaded = await open.load(Release(hub, of: cluster))
                let files = hub.valuesFiles.map { "\(folder.path)/\(cluster.folder)/\($0.value)" }
                let theirs = try await helm.values(chart: chart, files: files)
                let ours = try #require(loaded.values.merged.json as? NSDictionary)
                #expect(differences(ours, theirs, path: "") == [], "\(hub.id)")
                #expect(loaded.values.hubValues["jupyterhub", "singleuser"]?.map?.count ?? 0 > 20, "\(hub.id)")
            }
        }
    }

    @Test(arguments: OtherFleet.all) func nothingIsSaidOfWhatIsRight(_ fleet: OtherFleet) async throws {
        let (folder, open) = try await open(fleet)
        let report = await open.validate(try open.choosing([]))
        let said = report.entries.filter { $0.finding.severity != .note }.map(\.finding.description)
        #expect(said == [])
        #expect(report.hubs == 2 && folder.exists("config"))
    }

    /// A copy of the chart as helm needs it: charts of the fleet below it lie in `charts/`, and a template prints all.
    private func chart(of fleet: OtherFleet, in folder: TemporaryFolder) throws -> String {
        let files = FileManager.default
        let copy = "\(folder.path)/probe/\(fleet.chart)"
        try files.createDirectory(atPath: "\(folder.path)/probe", withIntermediateDirectories: true)
        try files.copyItem(atPath: "\(folder.path)/helm-charts/\(fleet.chart)", toPath: copy)
        if fleet.parent != fleet.chart {
            try files.createDirectory(atPath: copy + "/charts", withIntermediateDirectories: true)
            try files.copyItem(
                atPath: "\(folder.path)/helm-charts/\(fleet.parent)", toPath: "\(copy)/charts/\(fleet.parent)")
        }
        try folder.write(["probe/\(fleet.chart)/templates/probe.yaml": HelmProbe.template])
        return copy
    }
}
