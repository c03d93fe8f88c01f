import FleetModel
import FleetTesting
import Testing

@Suite(.tags(.medium), .needsRealFleet)
struct RealFleetTests {
    @Test func readsAllClustersWithoutFindings() throws {
        let root = try #require(RealThings.fleet, "the real fleet is missing")
        let reading = try FleetReader.read(root: root)
        #expect(reading.findings == [])
        #expect(reading.fleet.clusters.count == 14)
        #expect(reading.fleet.hubs.count == 39)
        #expect(reading.fleet.hubs.filter { $0.chart.value == "daskhub" }.count == 9)
    }

    @Test func findsTheLayersOfALegacyHub() throws {
        let root = try #require(RealThings.fleet, "the real fleet is missing")
        let fleet = try FleetReader.read(root: root).fleet
        let cluster = try #require(fleet.cluster("victor"))
        let layers = LayerFiles.list(for: try #require(cluster.hubs.first), of: cluster, root: root).files
        #expect(
            layers.map(\.file) == [
                "helm-charts/basehub/values.yaml", "config/clusters/victor/common.values.yaml",
                "config/clusters/victor/staging.values.yaml", "config/clusters/victor/enc-staging.secret.values.yaml",
            ])
        #expect(layers.map(\.kind) == [.subchart, .file, .file, .encrypted])
        #expect(layers[0].nesting == ["basehub"])
    }
}
