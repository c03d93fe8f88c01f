import ArgumentParser
import FleetTesting
import FleetTools
import Foundation
import Homes
import Testing
import Texts

@testable import FleetCommands

/// What is asked of a move, and what it says.
@Suite(.tags(.medium))
struct HomeMoveCommandTests {
    private func homes() throws -> CommandCase {
        let folder = try TemporaryFolder().write(["old/ada/notes.txt": "notes", "old/bob/b": "b", "new/.keep": ""])
        _ = try ReceiptKey.loadOrMake(folder.path + "/key.pem")
        return CommandCase(folder: folder)
    }

    private func move(_ test: CommandCase, _ more: String...) async throws {
        let arguments = ["home", "move", "--from", "old", "--to", "new", "--key", "key.pem"] + more
        let command = try #require(try HubfleetCommand.parseAsRoot(arguments) as? HomeMoveCommand)
        try await command.run(in: test.context)
    }

    /// An unset variable of a script is not the current folder.
    @Test(arguments: ["--from", "--to", "--state", "--user", "--user-map", "--receipt", "--key"])
    func anEmptyTextIsAMistake(_ option: String) {
        let places = ["--from", "--to"].filter { $0 != option }.flatMap { [$0, "somewhere"] }
        let error = #expect(throws: (any Error).self) {
            try HubfleetCommand.parseAsRoot(["home", "move"] + places + [option, ""])
        }
        #expect(error.map { HubfleetCommand.message(for: $0).contains("\(option) is empty") } == true)
    }

    /// In one line, without the usage.
    @Test func mistakesThatAreSeenLaterAreSaidShortly() async throws {
        let test = try homes()
        await #expect(throws: Refusal.ownerNeedsRoot) {
            try await move(test, "--owner", "1:2")
        }
        await #expect(throws: Refusal.unreadableMap("none.csv")) {
            try await move(test, "--user-map", "none.csv")
        }
    }

    @Test func aReceiptIsNotWrittenToTheOldSide() async throws {
        let test = try homes()
        await #expect(throws: MoveError.self) { try await move(test, "--receipt", "old/receipt.json") }
        #expect(!test.folder.exists("old/receipt.json") && !test.folder.exists("new/ada"))
    }

    /// Hours of work are told also when their record cannot be kept.
    @Test func theTableComesBeforeWhatCannotBeWritten() async throws {
        let test = try homes()
        _ = try test.folder.write(["state/result.json/full": ""])
        await #expect(throws: FileError.self) { try await move(test, "--state", "state") }
        #expect(test.output.results.contains("2 of 2 homes are the same on both sides"))
        #expect(test.folder.exists("state/receipt.json"))
    }

    @Test func homesWithoutASourceAreSaidWithWhatToDo() async throws {
        let test = try homes()
        try await move(test)
        try FileManager.default.removeItem(atPath: test.folder.path + "/old/bob")
        let later = CommandCase(folder: test.folder)
        await #expect(throws: ExitStatus.failure) { try await move(later, "--final") }
        let lines = later.output.results.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("bob") && $0.hasSuffix("no source") })
        let new = test.folder.path + "/new"
        #expect(
            lines.contains { line in
                line.hasPrefix("\(new)/bob: copied from bob before, and there is no such home")
                    && line.contains(
                        "remove it and \(new)/.hubfleet-move/homes/bob.jsonl; to keep it, remove that file")
            })
        #expect(lines.last?.hasSuffix("; 1 copied before have no source") == true)
    }
}
