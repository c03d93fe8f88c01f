import ArgumentParser
import FleetTesting
import FleetTools
import Foundation
import Homes
import Receipts
import Testing
import Texts

@testable import FleetCommands

/// Archives of all homes at once: made, checked and put back.
@Suite(.tags(.medium))
struct HomeFolderTests {
    private func homes(isRoot: Bool = false) throws -> CommandCase {
        let folder = try TemporaryFolder().write(["homes/ada/notes.txt": "notes", "homes/bob/b": "b"])
        let key = try ReceiptKey.loadOrMake(folder.path + "/key.pem")
        return CommandCase(folder: try folder.write(["key.pub": key.publicKey]), isRoot: isRoot)
    }

    private let export = ["home", "export", "--from", "homes", "--all", "--to", "out/", "--key", "key.pem"]

    private func run(_ test: CommandCase, _ arguments: [String]) async throws {
        try await test.run(arguments)
    }

    @Test func whatIsThereNeedsAReceiptThatFits() async throws {
        let test = try homes()
        try await run(test, export)
        #expect(test.output.messages.last == "2 homes with 6 B archived")
        try await run(test, export)
        #expect(test.output.messages.last == "0 homes with 0 B archived, 2 were there already")
        _ = try test.folder.write(["out/ada.zip": "something else"])
        try FileManager.default.removeItem(atPath: test.folder.path + "/out/bob.zip.receipt.json")
        await #expect(throws: ExitCode.self) { try await run(test, export) }
        #expect(test.output.messages.last == "0 homes with 0 B archived, 2 failed")
        #expect(try test.folder.read("out/ada.zip") == "something else")
        #expect(!test.folder.exists("out/bob.zip.receipt.json"))
    }

    /// The next run, and the hub, would take the folder of archives for a home.
    @Test(arguments: [["--all"], ["--user", "ada"]])
    func archivesAreNotMadeBetweenTheHomes(_ which: [String]) async throws {
        let test = try homes()
        try FileManager.default.createSymbolicLink(
            atPath: test.folder.path + "/link", withDestinationPath: test.folder.path + "/homes")
        for place in ["homes/out/", "homes/", "link/out/", "homes/ada.zip"]
        where which == ["--user", "ada"] || place != "homes/ada.zip" {
            let arguments = ["home", "export", "--from", "homes", "--to", place] + which
            await #expect(throws: Refusal.self, "\(place)") { try await run(test, arguments) }
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: test.folder.path + "/homes").sorted() == ["ada", "bob"])
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a file to somebody else"))
    func whatIsNotWholeFails() async throws {
        let test = try homes(isRoot: true)
        #expect(mkfifo(test.folder.path + "/homes/bob/pipe", 0o600) == 0)
        try await run(test, export)
        // Somebody else's, for root's eyes alone.
        _ = try test.folder.write(["homes/ada/secret": "s"])
        chown(test.folder.path + "/homes/ada", 1234, 1234)
        chown(test.folder.path + "/homes/ada/secret", 4321, 4321)
        chmod(test.folder.path + "/homes/ada/secret", 0o600)
        link(test.folder.path + "/homes/ada/secret", test.folder.path + "/homes/ada/second")
        let one = ["home", "export", "--from", "homes/ada", "--to", "ada.zip", "--key", "key.pem"]
        await #expect(throws: ExitCode.self) { try await run(test, one) }
        #expect(test.folder.exists("ada.zip.receipt.json"), "what there is, is archived")
        for message in [
            "1 home with 5 B archived, 1 were there already, 1 not whole",
            "0 homes with 0 B archived, 2 were there already, 1 not whole",
        ] {
            try? FileManager.default.removeItem(
                atPath: test.folder.path + (message.hasPrefix("1") ? "/out/ada.zip" : "/none"))
            await #expect(throws: ExitCode.self) { try await run(test, export) }
            #expect(test.output.messages.last == message)
        }
        #expect(try SignedReceipt(file: test.folder.path + "/ada.zip.receipt.json").receipt?.isWhole == false)
    }

    @Test func allAreVerifiedWithTheirReceipts() async throws {
        let test = try homes()
        try await run(test, export)
        let verify = ["home", "verify", "out", "homes", "--public-key", "key.pub"]
        try await run(test, verify + ["--write-receipt", "all.json", "--key", "key.pem"])
        #expect(test.output.results.hasSuffix("2 archives: all well"))
        #expect(
            try SignedReceipt(file: test.folder.path + "/all.json").isSigned(byKeyIn: test.folder.path + "/key.pub"))
        for wrong in [["out", "--receipt", "out/ada.zip.receipt.json"], ["out/ada.zip", "--public-key", "key.pub"]] {
            await #expect(throws: Refusal.self) { try await run(test, ["home", "verify"] + wrong) }
        }
        _ = try test.folder.write(["homes/ada/notes.txt": "other", "out/carl.zip": "no archive", "out/readme": ""])
        try FileManager.default.removeItem(atPath: test.folder.path + "/out/bob.zip.receipt.json")
        await #expect(throws: ExitCode.self) { try await run(test, verify) }
        #expect(test.output.results.hasSuffix("3 archives: 3 not as they should be"))
        for (old, new) in [("ada.zip", "eve.zip"), ("ada.zip.receipt.json", "eve.zip.receipt.json")] {
            try FileManager.default.copyItem(
                atPath: test.folder.path + "/out/" + old, toPath: test.folder.path + "/out/" + new)
        }
        _ = try test.folder.write(["homes/dan/d": "d", "homes/eve/notes.txt": "notes"])
        await #expect(throws: ExitCode.self) { try await run(test, verify) }
        #expect(test.output.results.contains("eve.zip: it is of the home of ada, as ada.zip is"))
        #expect(test.output.results.contains("dan: there is no archive of this home"))
        #expect(test.output.messages.contains { $0.hasPrefix("readme: passed over") })
    }

    @Test func archivesOfOthersAreSaid() async throws {
        let test = try homes()
        try await run(test, export)
        let out = test.folder.path + "/out/"
        try FileManager.default.moveItem(atPath: out + "bob.zip", toPath: out + "carl.zip")
        _ = try test.folder.write(["map.csv": "old,new\nada,ada@x.org\n", "out/dora.ZIP": ""])
        let arguments = ["home", "import", "out", "--to", "back", "--user-map", "map.csv", "--key", "key.pem"]
        try FileManager.default.createDirectory(atPath: test.folder.path + "/r", withIntermediateDirectories: true)
        try await run(test, arguments + ["--receipt", "r/"])
        #expect(try test.folder.read("back/ada@x.org/notes.txt") == "notes")
        for message in [
            "carl: the archive says that it is the home of bob", "carl: not in the map, so it keeps its name",
            "dora.ZIP: passed over; archives are called USER.zip, USER.tar, USER.tar.gz or USER.tgz",
        ] {
            #expect(test.output.messages.contains(message))
        }
        let receipt = try SignedReceipt(file: test.folder.path + "/r/ada.zip.import-receipt.json")
        let text = try #require(receipt.text)
        #expect(text.contains("/back/ada@x.org\"") && text.contains("\"finished\":\""))
        _ = try test.folder.write(["out/ada.tar": ""])
        await #expect(throws: ArchiveFolder.Failure.self) { try await run(test, arguments) }
    }

    /// `export` of it in a script that removes the home next, or the archive: nothing may get lost.
    @Test(.needs("python3")) func whatCannotBeReadFails() async throws {
        let test = try homes()
        let make = """
            import sys, zipfile
            with zipfile.ZipFile(sys.argv[1], "w") as archive:
                archive.writestr("a", "a"); archive.writestr("b", "b", zipfile.ZIP_BZIP2)
            """
        let made = try await RealThings.runner().run(
            Invocation("python3", ["-c", make, test.folder.path + "/b.zip"]))
        try #require(made.status == 0)
        await #expect(throws: ExitCode.self) {
            try await run(test, ["home", "import", "b.zip", "--to", "back", "--key", "key.pem"])
        }
        #expect(try test.folder.read("back/a") == "a")
        #expect(test.output.messages.contains { $0.hasPrefix("b: left out: it is compressed in a way") })
    }

    /// Whatever it is, it is somebody's.
    @Test func aPartOfSomebodyElseStays() async throws {
        let test = try homes()
        _ = try test.folder.write(["ada.zip.part": "mine"])
        let one = ["home", "export", "--from", "homes/ada", "--to", "ada.zip", "--key", "key.pem"]
        await #expect(throws: HomeError.self) { try await run(test, one) }
        #expect(try test.folder.read("ada.zip.part") == "mine")
        #expect(!test.folder.exists("ada.zip") && !test.folder.exists("ada.zip.part.state"))
    }

    /// An unset variable must not mean the current folder.
    @Test(arguments: [
        ["export", "--from", "", "--to", "x.zip"], ["export", "--from", "homes/ada", "--to", ""],
        ["import", "a.zip", "--to", ""], ["verify", "", "homes"], ["report", "--from", ""],
        ["serve", "--homes", "", "--state", "s"], ["verify", "a.zip", "--write-receipt", ""],
    ])
    func emptyPathsAreRefused(_ arguments: [String]) throws {
        #expect(throws: (any Error).self) { try HubfleetCommand.parseAsRoot(["home"] + arguments) }
    }

    @Test func theFormIsAsTheFileIsCalled() async throws {
        let test = try homes()
        try await run(test, ["home", "export", "--from", "homes/ada", "--to", "a.tar", "--key", "key.pem"])
        #expect(try SignedReceipt(file: test.folder.path + "/a.tar.receipt.json").receipt?.format == .tar)
        for wrong in [["a.tar", "--form", "zip"], ["a.tar.gz"], ["a.zip", "--form", "tar"], ["a.tgz"]] {
            let arguments = ["home", "export", "--from", "homes/ada", "--to"] + wrong
            #expect(throws: (any Error).self, "\(wrong)") { try HubfleetCommand.parseAsRoot(arguments) }
        }
    }
}
