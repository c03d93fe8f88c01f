import ArgumentParser
import FleetTesting
import Foundation
import Homes
import Receipts
import Testing
import Texts

@testable import FleetCommands

@Suite(.tags(.medium))
struct HomeCommandTests {
    /// Homes of two users, with a key for receipts.
    private func homes() throws -> (CommandCase, ReceiptKey) {
        let folder = try TemporaryFolder().write(["homes/ada/notes.txt": "canary-9999-secret", "homes/bob/b": "b"])
        return (CommandCase(folder: folder), try ReceiptKey.loadOrMake(folder.path + "/key.pem"))
    }

    private func signed(_ name: String, _ test: CommandCase, _ key: ReceiptKey) throws -> [String: Any] {
        let file = test.folder.path + "/" + name
        try key.publicKey.write(toFile: test.folder.path + "/key.pub", atomically: true, encoding: .utf8)
        let receipt = try SignedReceipt(file: file)
        #expect(try receipt.isSigned(byKeyIn: test.folder.path + "/key.pub"))
        let text = try #require(receipt.text)
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func whatWasVerifiedIsSigned() async throws {
        let (test, key) = try homes()
        try await test.run("home", "export", "--from", "homes", "--all", "--to", "out/", "--key", "key.pem")
        try await test.run(
            "home", "verify", "out/ada.zip", "homes/ada", "--write-receipt", "ada.json", "--key", "key.pem")
        #expect(test.output.results.hasSuffix(": all well"))
        let said = try signed("ada.json", test, key)
        #expect(said["kind"] as? String == "verify")
        #expect(said["owner"] as? String == "ada")
        #expect(said["archive"] as? String == "ada.zip")
        #expect(said["folder"] as? String == test.folder.path + "/homes/ada")
        #expect((said["faults"] as? [Any])?.isEmpty == true)
        let made = try #require(try SignedReceipt(file: test.folder.path + "/out/ada.zip.receipt.json").receipt)
        #expect(said["root"] as? String == made.root)
        let all = test.output.results + test.output.messages.joined()
        #expect(!all.contains("canary"))
    }

    /// Each receipt says when its work was done, by the time that commands are given.
    @Test func receiptsSayTheTimeOfTheContext() async throws {
        var (test, _) = try homes()
        test.time = ManualTime(movement: .bySleeping)
        let signing = ["--key", "key.pem"]
        let commands: [(receipt: String, arguments: [String])] = [
            ("export.json", ["export", "--from", "homes/ada", "--to", "ada.zip", "--receipt", "export.json"]),
            ("all/bob.zip.receipt.json", ["export", "--from", "homes", "--all", "--to", "all/"]),
            ("verify.json", ["verify", "ada.zip", "--write-receipt", "verify.json"]),
            ("verify-all.json", ["verify", "all", "--write-receipt", "verify-all.json"]),
            ("import.json", ["import", "ada.zip", "--to", "back", "--receipt", "import.json"]),
            ("report.json", ["report", "--from", "homes", "--receipt", "report.json"]),
            ("move.json", ["move", "--from", "homes", "--to", "new", "--receipt", "move.json"]),
        ]
        try FileManager.default.createDirectory(
            atPath: test.folder.path + "/new", withIntermediateDirectories: false)
        for (receipt, arguments) in commands {
            try await test.run(["home"] + arguments + signing)
            let text = try #require(try SignedReceipt(file: "\(test.folder.path)/\(receipt)").text)
            #expect(text.contains("2030-01-01T00:00:00Z"), "\(receipt): \(text)")
        }
    }

    /// A receipt of what is not well says so, and is written all the same.
    @Test func whatIsDamagedIsSignedToo() async throws {
        let (test, key) = try homes()
        try await test.run("home", "export", "--from", "homes/ada", "--to", "ada.zip", "--key", "key.pem")
        let file = test.folder.path + "/ada.zip"
        let bytes = try #require(FileManager.default.contents(atPath: file))
        let place = try #require(bytes.range(of: Data("canary".utf8)))
        try bytes.replacing(Data("canary".utf8), with: Data("harmed".utf8)).write(to: URL(filePath: file))
        #expect(!place.isEmpty)
        await #expect(throws: ExitCode.self) {
            try await test.run("home", "verify", "ada.zip", "--write-receipt", "found.json", "--key", "key.pem")
        }
        let faults = try #require(try signed("found.json", test, key)["faults"] as? [[String: String]])
        #expect(faults.map { $0["path"] } == ["home/notes.txt"])
    }

    @Test func aReportCanBeSigned() async throws {
        let (test, key) = try homes()
        try await test.run("home", "report", "--from", "homes", "--receipt", "closing.json", "--key", "key.pem")
        let users = try #require(try signed("closing.json", test, key)["users"] as? [[String: Any]])
        #expect(Set(users.map { $0["folder"] as? String }) == ["ada", "bob"])
    }

    /// Before any work is done.
    @Test(arguments: [
        ["home", "verify", "ada.zip", "--write-receipt", "r.json", "--key", "homes/bob/b"],
        ["home", "report", "--from", "homes", "--receipt", "r.json", "--key", "nothing"],
        ["home", "export", "--from", "homes", "--all", "--to", "out/", "--key", "homes/bob/b"],
    ])
    func aWrongKeyIsSaid(_ arguments: [String]) async throws {
        let (test, _) = try homes()
        await #expect(throws: ReceiptError.self) { try await test.run(arguments) }
        #expect(!test.folder.exists("r.json") && !test.folder.exists("out"))
    }

    @Test(arguments: [
        ["home", "verify", "ada.zip", "--key", "key.pem"], ["home", "report", "--from", "homes", "--key", "key.pem"],
    ])
    func aKeyWithoutAReceiptIsAMistake(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try HubfleetCommand.parseAsRoot(arguments) }
    }
}
