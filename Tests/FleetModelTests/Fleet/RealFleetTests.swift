import FleetModel
import FleetTesting
import Testing

@Suite(.tags(.medium), .needsRealFleet)
struct RealFleetTests {
    @Test func readsAllClustersWithoutFindings() async throws {
        let root = try #require(RealThings.fleet, "the real fleet is missing")
        let reading = try await FleetReader.read(WorkingTree(root))
        #expect(reading.findings == [])
        #expect(reading.fleet.clusters.count == 14)
        #expect(reading.fleet.hubs.count == 39)
        #expect(reading.fleet.hubs.filter { $0.chart.value == "daskhub" }.count == 9)
    }
}
