import FleetTesting
import Testing

@testable import FleetCommands

@Suite(.tags(.medium))
struct SelectorHelpTests {
    @Test func completesClustersAndHubs() async throws {
        let folder = try SampleFleet.write(clusters: ["alpha": ["prod"], "beta": ["prod", "staging"]])
        let context = CommandCase(folder: folder).context
        #expect(await SelectorHelp.names(beginningWith: "", in: context).count == 5)
        #expect(await SelectorHelp.names(beginningWith: "be", in: context) == ["beta", "beta/prod", "beta/staging"])
        let nowhere = CommandCase(folder: try TemporaryFolder()).context
        #expect(await SelectorHelp.names(beginningWith: "", in: nowhere) == [])
    }
}
