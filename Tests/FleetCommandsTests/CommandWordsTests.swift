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
        (["--help", "lst"], "\"lst\" is no command of hubfleet; did you mean \"list\"?"),
        (["home", "-h", "exprot"], "\"exprot\" is no command of hubfleet home; did you mean \"export\"?"),
        (["help", "list", "lst"], "\"lst\" is no command of hubfleet list; there is none below it"),
        (["help", "home", "export", "all"], "\"all\" is no command of hubfleet home export; there is none below it"),
        (["help", "help", "list"], "\"list\" is no command of hubfleet help; there is none below it"),
        (["help", "\u{1B}[2J"], "\"\\u{1B}[2J\" is no command of hubfleet; "),
    ])
    func namesTheNearestCommand(_ words: [String], _ expected: String) {
        let error = #expect(throws: ValidationError.self) { try CommandWords.check(words) }
        #expect(error.map { HubfleetCommand.exitCode(for: $0) } == .validationFailure)
        #expect(error?.message.hasPrefix(expected) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        [], ["help"], ["--help"], ["--version"], ["help", "home", "export"], ["list", "lst"], ["home", "--help"],
        ["up", "lst", "--help"], ["help", "help"], ["--help", "list"], ["list", "--help", "lst"],
        ["---completion", "list"],
    ])
    func leavesTheRestToTheParser(_ words: [String]) throws { try CommandWords.check(words) }

    @Test func helpHasHelp() {
        let error = #expect(throws: (any Error).self) {
            var command = try HubfleetCommand.parseAsRoot(["help", "help"])
            try command.run()
        }
        #expect(error.map { HubfleetCommand.exitCode(for: $0) } == .success)
    }

    /// Words are looked up by these names.
    @Test func eachCommandNamesItself() {
        func check(_ command: any ParsableCommand.Type) {
            #expect(command.configuration.commandName != nil, "\(command)")
            for child in command.configuration.subcommands { check(child) }
        }
        check(HubfleetCommand.self)
    }
}
