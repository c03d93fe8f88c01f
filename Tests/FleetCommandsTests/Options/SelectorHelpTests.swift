import FleetTesting
import Testing

@testable import FleetCommands

@Suite(.tags(.medium))
struct SelectorHelpTests {
    @Test func completesClustersAndHubs() async throws {
        let folder = try SampleFleet.write(clusters: ["alpha": ["prod"], "beta": ["prod", "staging"]])
        func names(_ prefix: String, _ folder: String) async -> [String] {
            await SelectorHelp.names(beginningWith: prefix, around: folder)
        }
        #expect(await names("", folder.path).count == 5)
        #expect(await names("be", folder.path + "/config") == ["beta", "beta/prod", "beta/staging"])
        #expect(await names("", try TemporaryFolder().path) == [])
    }
}
