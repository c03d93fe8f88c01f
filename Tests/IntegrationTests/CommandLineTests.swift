import FleetTesting
import FleetTools
import Testing

/// Command lines that the built program refuses.
@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct CommandLineTests {
    @Test(arguments: [
        ["lst"], ["lst", "--help"], ["help", "lst"], ["home", "exprot", "--help"], ["help", "home", "exprot"],
    ])
    func anUnknownWordIsWrongUsage(_ words: [String]) async throws {
        let output = try await RealThings.runner().run(Invocation(HubProgram.path, words))
        #expect(output.status == 64)
        #expect(output.text == "")
        #expect(output.standardError.contains("did you mean"))
    }
}
