import ArgumentParser
import FleetTesting
import FleetTools
import Foundation
import Homes
import Testing

@testable import FleetCommands

/// What is said of homes with odd names, and of places that cannot be written.
@Suite(.tags(.medium))
struct HomeMessageTests {
    private func homes() throws -> CommandCase {
        let folder = try TemporaryFolder().write(["homes/ada/notes.txt": "notes", "homes/bob/b": "b"])
        _ = try ReceiptKey.loadOrMake(folder.path + "/key.pem")
        return CommandCase(folder: folder)
    }

    private func exportAll(_ test: CommandCase) async throws {
        try await test.run("home", "export", "--from", "homes", "--all", "--to", "out/", "--key", "key.pem")
    }

    @Test func linksToHomesAreSaid() async throws {
        let test = try homes()
        let link = test.folder.path + "/homes/eve"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "ada")
        try FileManager.default.createSymbolicLink(atPath: link + "2", withDestinationPath: "ada/notes.txt")
        try await exportAll(test)
        let said = test.output.messages.filter { $0.hasPrefix("eve") }
        #expect(said == ["eve: a link to a folder, so it was left out; name where it leads with --from"])
        #expect(test.folder.exists("out/ada.zip") && !test.folder.exists("out/eve.zip"))
    }

    @Test func oddNamesAreSafeOnATerminal() async throws {
        let test = try homes()
        _ = try test.folder.write(["homes/e\u{1B}[2J\nve/a": "a"])
        try await exportAll(test)
        #expect(test.output.messages.contains { $0.hasPrefix("e%1B[2J%0Ave.zip: 1 files") })
        try await test.run("home", "import", "out", "--to", "new", "--key", "key.pem")
        let all = test.output.messages.joined() + test.output.results.replacing("\n", with: "")
        #expect(!all.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\n" })
    }

    @Test func aNameThatIsNotUTF8IsAFailure() async throws {
        let test = try homes()
        let name = Array((test.folder.path + "/homes/b").utf8) + [0xFF, 0]
        #expect(mkdir(name.map { CChar(bitPattern: $0) }, 0o700) == 0)
        await #expect(throws: ExitCode.self) { try await exportAll(test) }
        #expect(test.output.messages.contains("b%FF: its name is not UTF-8, so it was left out; rename it"))
        #expect(test.output.messages.last == "2 homes with 6 B archived, 1 failed")
        #expect(test.folder.exists("out/ada.zip") && test.folder.exists("out/bob.zip"))
    }

    /// With the reason of the system, and not as Foundation writes errors down.
    @Test func aFolderThatCannotBeMadeIsSaid() async throws {
        let test = try homes()
        for to in ["key.pem/", "key.pem/x/", "/proc/x/"] {
            let error = await #expect(throws: FileError.self) {
                try await test.run("home", "export", "--from", "homes/ada", "--to", to, "--key", "key.pem")
            }
            #expect(error?.description.contains(" cannot be written: ") == true)
            #expect(error?.description.contains("Error Domain") == false)
        }
    }

    /// It may be a folder of everybody, such as `/tmp`.
    @Test func aFolderThatIsThereKeepsItsMode() async throws {
        let test = try homes()
        let path = test.folder.path + "/out"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        try await exportAll(test)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o755)
    }

    @Test func importsOfManyNameTheHomes() async throws {
        let test = try homes()
        try await exportAll(test)
        try await test.run("home", "import", "out", "--to", "new", "--key", "key.pem")
        #expect(test.output.results.split(separator: "\n").map { $0.prefix(13) } == ["ada: 1 files,", "bob: 1 files,"])
        let one = CommandCase(folder: test.folder)
        try await one.run("home", "import", "out/ada.zip", "--to", "one", "--key", "key.pem")
        #expect(one.output.results.hasPrefix("1 files,"))
    }
}
