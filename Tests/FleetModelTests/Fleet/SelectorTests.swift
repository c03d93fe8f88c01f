import FleetModel
import FleetTesting
import Testing

@Suite(.tags(.medium))
struct SelectorTests {
    private func fleet() async throws -> (TemporaryFolder, Fleet) {
        let folder = try SampleFleet.write(clusters: [
            "alpha": ["staging", "prod"], "beta": ["prod", "r-staging"], "empty": [],
        ])
        return (folder, try await FleetReader.read(WorkingTree(folder.path)).fleet)
    }

    @Test(
        arguments: [
            ([], ["alpha/staging", "alpha/prod", "beta/prod", "beta/r-staging"]),
            (["alpha"], ["alpha/staging", "alpha/prod"]),
            (["beta/prod"], ["beta/prod"]), (["*/prod"], ["alpha/prod", "beta/prod"]),
            (["*/*staging", "beta/prod"], ["alpha/staging", "beta/prod", "beta/r-staging"]),
            (["[ab]*/p???"], ["alpha/prod", "beta/prod"]),
        ] as [([String], [String])])
    func choosesHubs(_ selectors: [String], hubs: [String]) async throws {
        let (_, fleet) = try await fleet()
        #expect(try fleet.selecting(selectors).flatMap(\.hubs).map(\.id) == hubs)
    }

    @Test func keepsAClusterWithoutHubs() async throws {
        let (_, fleet) = try await fleet()
        #expect(try fleet.selecting(["empty"]).map(\.name.value) == ["empty"])
    }

    @Test func saysWhatWasMeant() async throws {
        let (_, fleet) = try await fleet()
        #expect(throws: SelectionError.noMatch("alpha/stagging", advice: "did you mean \"alpha/staging\"?")) {
            try fleet.selecting(["alpha/stagging"])
        }
        #expect(throws: SelectionError.noMatch("alpha/x", advice: "hubs of alpha: staging, prod")) {
            try fleet.selecting(["alpha/x"])
        }
        #expect(throws: SelectionError.malformed("a/b/c")) { try fleet.selecting(["a/b/c"]) }
        #expect(throws: SelectionError.malformed("a/")) { try fleet.selecting(["a/"]) }
    }
}
