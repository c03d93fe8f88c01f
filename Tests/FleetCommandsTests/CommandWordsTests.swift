import ArgumentParser
import FleetTesting
import Testing

@testable import FleetCommands

@Suite(.tags(.small))
struct CommandWordsTests {
    @Test(arguments: [
        (["exprot"], "\"exprot\" is no command of hubfleet; allowed: "),
        (["lst"], "\"lst\" is no command of hubfleet; did you mean \"list\"?"),
        (["lst", "--help"], "\"lst\" is no command of hubfleet; did you mean \"list\"?"),
        (["help", "lst"], "\"lst\" is no command of hubfleet; did you mean \"list\"?"),
        (["home", "exprot"], "\"exprot\" is no command of hubfleet home; did you mean \"export\"?"),
        (["home", "exprot", "--help"], "\"exprot\" is no command of hubfleet home; did you mean \"export\"?"),
        (["help", "home", "exprot"], "\"exprot\" is no command of hubfleet home; did you mean \"export\"?"),
        (["help", "\u{1B}[2J"], "\"\\u{1B}[2J\" is no command of hubfleet; "),
    ])
    func namesTheNearestCommand(_ words: [String], _ expected: String) {
        let error = #expect(throws: ValidationError.self) { try CommandWords.check(words) }
        #expect(error.map { HubfleetCommand.exitCode(for: $0) } == .validationFailure)
        #expect(error?.message.hasPrefix(expected) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        [], ["help"], ["--help"], ["--version"], ["help", "home", "export"], ["list", "lst"], ["home", "--help"],
        ["up", "lst", "--help"], ["help", "list", "anything"], ["---completion", "list"],
    ])
    func leavesTheRestToTheParser(_ words: [String]) throws { try CommandWords.check(words) }
}
