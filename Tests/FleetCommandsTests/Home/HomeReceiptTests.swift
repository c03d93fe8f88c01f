import ArgumentParser
import FleetTesting
import FleetTools
import Foundation
import Homes
import Receipts
import Testing
import Texts

@testable import FleetCommands

/// Where receipts go, and what archives are compared with by them.
@Suite(.tags(.medium))
struct HomeReceiptTests {
    /// Homes of two users, an archive with its receipt, and keys.
    private func homes() async throws -> CommandCase {
        let folder = try TemporaryFolder().write(["homes/ada/notes.txt": "notes", "homes/bob/b": "b"])
        let key = try ReceiptKey.loadOrMake(folder.path + "/key.pem")
        _ = try folder.write(["key.pub": key.publicKey, "other.pub": ReceiptKey().publicKey])
        let test = CommandCase(folder: folder)
        try await test.run("home", "export", "--from", "homes/ada", "--to", "ada.zip", "--key", "key.pem")
        return test
    }

    private func run(_ test: CommandCase, _ arguments: [String]) async throws {
        try await test.run(arguments)
    }

    private func faults(_ test: CommandCase, _ receipt: String, _ more: String...) async throws -> String {
        let output = RecordingOutput()
        var context = test.context
        context.output = output
        let arguments = ["home", "verify", "ada.zip", "--receipt", receipt] + more
        let command = try #require(try HubfleetCommand.parseAsRoot(arguments) as? HomeVerifyCommand)
        await #expect(throws: ExitCode.self) { try await command.run(in: context) }
        return output.results
    }

    /// Signs a receipt of the archive in which something was changed.
    private func change(_ test: CommandCase, _ changes: [String: Any]) throws {
        let text = try #require(try SignedReceipt(file: test.folder.path + "/ada.zip.receipt.json").text)
        var said = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        for (name, value) in changes { said[name] = value }
        let data = try JSONSerialization.data(withJSONObject: said)
        let values = try JSONDecoder().decode([String: Anything].self, from: data)
        try SignedReceipt(values, key: ReceiptKey(file: test.folder.path + "/key.pem"))
            .write(to: test.folder.path + "/changed.json")
    }

    /// Any JSON.
    private enum Anything: Codable {
        case text(String)
        case number(Int)
        case list([Anything])
        case map([String: Anything])

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let text = try? value.decode(String.self) {
                self = .text(text)
                return
            }
            if let number = try? value.decode(Int.self) {
                self = .number(number)
                return
            }
            if let list = try? value.decode([Anything].self) {
                self = .list(list)
                return
            }
            self = .map(try value.decode([String: Anything].self))
        }

        func encode(to encoder: any Encoder) throws {
            var value = encoder.singleValueContainer()
            switch self {
            case .text(let text): try value.encode(text)
            case .number(let number): try value.encode(number)
            case .list(let list): try value.encode(list)
            case .map(let map): try value.encode(map)
            }
        }
    }

    /// Nothing but a receipt is ever replaced, and nothing is done before that is known.
    @Test(arguments: [
        ["home", "verify", "ada.zip", "--write-receipt", "ada.zip"],
        ["home", "verify", "ada.zip", "--write-receipt", "key.pem"],
        ["home", "verify", "ada.zip", "--write-receipt", "pipe"],
        ["home", "verify", "ada.zip", "--write-receipt", "link"],
        ["home", "verify", "ada.zip", "--write-receipt", "homes"],
        ["home", "verify", "ada.zip", "--write-receipt", "homes/ada/notes.txt"],
        ["home", "verify", "ada.zip", "--write-receipt", "nothing/r.json"],
        ["home", "verify", "ada.zip", "--write-receipt", "key.pub/r.json"],
        ["home", "verify", "ada.zip", "--receipt", "ada.zip.receipt.json", "--write-receipt", "ada.zip.receipt.json"],
        ["home", "report", "--from", "homes", "--receipt", "homes/ada/notes.txt"],
        ["home", "report", "--from", "homes", "--receipt", "nothing/r.json"],
        ["home", "export", "--from", "homes/bob", "--to", "new.zip", "--receipt", "new.zip"],
        ["home", "export", "--from", "homes/bob", "--to", "new.zip", "--receipt", "homes/../new.zip"],
        ["home", "export", "--from", "homes/bob", "--to", "new.zip", "--receipt", "key.pem"],
        ["home", "export", "--from", "homes/bob", "--to", "taken.zip"],
        ["home", "import", "ada.zip", "--to", "new", "--receipt", "new"],
        ["home", "import", "ada.zip", "--to", "new", "--receipt", "ada.zip"],
        ["home", "move", "--from", "homes", "--to", "empty", "--receipt", "key.pem"],
        ["home", "move", "--from", "homes", "--to", "empty", "--receipt", "nothing/r.json"],
    ])
    func aReceiptReplacesNothingElse(_ arguments: [String]) async throws {
        let test = try await homes()
        _ = try test.folder.write(["taken.zip.receipt.json": "mine", "empty/.keep": ""])
        let path = test.folder.path
        try FileManager.default.createSymbolicLink(atPath: path + "/link", withDestinationPath: "nothing")
        #expect(mkfifo(path + "/pipe", 0o600) == 0)
        let before = try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
        let files = before.filter { $0 != "pipe" }
        let contents = files.map { FileManager.default.contents(atPath: path + "/" + $0) }
        let error = await #expect(throws: ReceiptError.self) { try await run(test, arguments + ["--key", "key.pem"]) }
        #expect(error?.description.contains("cannot be where the receipt goes") == true)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: path).sorted() == before)
        #expect(files.map { FileManager.default.contents(atPath: path + "/" + $0) } == contents)
    }

    @Test func aReceiptReplacesAReceipt() async throws {
        let test = try await homes()
        for _ in 1...2 {
            try await test.run("home", "report", "--from", "homes", "--receipt", "r.json", "--key", "key.pem")
        }
        #expect(try SignedReceipt(file: test.folder.path + "/r.json").isSigned(byKeyIn: test.folder.path + "/key.pub"))
    }

    /// What a hub that closes needs: both sides compared, signed, and nothing else written.
    @Test func aComparisonOfBothSidesIsSigned() async throws {
        let test = try await homes()
        _ = try test.folder.write(["moved/.keep": ""])
        let move = ["home", "move", "--from", "homes", "--to", "moved", "--key", "key.pem", "--state", "state"]
        try await run(test, move)
        let before = try FileManager.default.subpathsOfDirectory(atPath: test.folder.path).sorted()
        try await run(test, move + ["--verify-only"])
        #expect(try FileManager.default.subpathsOfDirectory(atPath: test.folder.path).sorted() == before)
        try await run(test, move + ["--verify-only", "--receipt", "compared.json"])
        #expect(
            try FileManager.default.subpathsOfDirectory(atPath: test.folder.path).sorted()
                == (before + ["compared.json"]).sorted())
        let receipt = try SignedReceipt(file: test.folder.path + "/compared.json")
        #expect(try receipt.isSigned(byKeyIn: test.folder.path + "/key.pub"))
        let result = try JSONDecoder().decode(Compared.self, from: Data(try #require(receipt.text).utf8))
        #expect(result.homes.map(\.state) == ["same", "same"])
        #expect(throws: (any Error).self) { try HubfleetCommand.parseAsRoot(move + ["--dry-run", "--receipt", "r"]) }
    }

    private struct Compared: Decodable {
        struct Home: Decodable { let state: String }
        let homes: [Home]
    }

    /// Standard output is then the receipt's alone.
    @Test func aReceiptGoesToStandardOutput() async throws {
        let test = try await homes()
        try await test.run("home", "verify", "ada.zip", "--write-receipt", "-", "--key", "key.pem")
        let file = try test.folder.write(["printed.json": test.output.results]).path + "/printed.json"
        #expect(try SignedReceipt(file: file).isSigned(byKeyIn: test.folder.path + "/key.pub"))
        #expect(test.output.messages.last?.hasSuffix(": all well") == true)
        #expect(!test.folder.exists("-"))
        for arguments in [
            ["home", "export", "--from", "homes/ada", "--to", "-", "--receipt", "-"],
            ["home", "verify", "ada.zip", "--write-receipt", "-", "--format", "json"],
        ] {
            #expect(throws: (any Error).self) { try HubfleetCommand.parseAsRoot(arguments) }
        }
    }

    /// A key that cannot be had, or made, is known before any work.
    @Test(arguments: [
        ["home", "export", "--from", "homes/bob", "--to", "new.zip"],
        ["home", "verify", "ada.zip", "--write-receipt", "r.json"],
        ["home", "import", "ada.zip", "--to", "new"],
        ["home", "move", "--from", "homes", "--to", "empty"],
        ["home", "report", "--from", "homes", "--receipt", "r.json"],
    ])
    func aKeyIsThereBeforeTheWork(_ arguments: [String]) async throws {
        var test = try await homes()
        _ = try test.folder.write(["empty/.keep": "", "config": "no folder"])
        test.environment = ["XDG_CONFIG_HOME": test.folder.path + "/config"]
        let before = try FileManager.default.subpathsOfDirectory(atPath: test.folder.path).sorted()
        let error = await #expect(throws: FileError.self) { try await run(test, arguments) }
        #expect(error?.description.contains("config/hubfleet cannot be written: ") == true)
        #expect(error?.description.contains("Error Domain") == false)
        let missing = await #expect(throws: ReceiptError.self) {
            try await run(test, arguments + ["--key", "nothing"])
        }
        #expect(missing?.description.hasSuffix("there is no such file") == true)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: test.folder.path).sorted() == before)
    }

    @Test func aReceiptIsComparedInAllItSays() async throws {
        let test = try await homes()
        try change(test, ["owner": "eve"])
        #expect(
            try await faults(test, "changed.json").contains("it speaks of the home of eve, and the archive is of ada"))
        try change(test, ["exceptionCount": 3])
        #expect(try await faults(test, "changed.json").contains("it speaks of 3 exceptions, and the manifest of 0"))
        let gone = [["path": "gone.txt", "reason": "unreadable"]]
        try change(test, ["exceptionCount": 1, "exceptions": gone])
        #expect(try await faults(test, "changed.json").contains("it lists gone.txt, which the manifest does not"))
        try change(test, ["root": "00"])
        #expect(try await faults(test, "changed.json").contains("it speaks of another archive, with root 00"))
    }

    /// What could not be archived is in the receipt and in the manifest, and is explained.
    @Test func whatIsMissingFits() async throws {
        let test = try await homes()
        #expect(mkfifo(test.folder.path + "/homes/bob/pipe", 0o600) == 0)
        try await test.run("home", "export", "--from", "homes/bob", "--to", "bob.zip", "--key", "key.pem")
        try await test.run("home", "verify", "bob.zip", "--receipt", "bob.zip.receipt.json")
        #expect(
            test.output.results.contains(
                "pipe: left out, because it is a fifo, a socket or a device, says the manifest"))
        #expect(test.output.results.hasSuffix(": all well"))
        let text = try #require(try SignedReceipt(file: test.folder.path + "/bob.zip.receipt.json").text)
        let less = text.replacing(
            #""exceptionCount":1,"exceptions":[{"path":"pipe","reason":"special"}]"#,
            with: #""exceptionCount":0,"exceptions":[]"#)
        #expect(less != text)
        let values = try JSONDecoder().decode([String: Anything].self, from: Data(less.utf8))
        try SignedReceipt(values, key: ReceiptKey(file: test.folder.path + "/key.pem"))
            .write(to: test.folder.path + "/less.json")
        await #expect(throws: ExitCode.self) {
            try await test.run("home", "verify", "bob.zip", "--receipt", "less.json")
        }
        #expect(test.output.results.contains("it does not list pipe, which the manifest does"))
    }

    @Test func whetherTheSignatureWasCheckedIsSaid() async throws {
        let test = try await homes()
        let receipt = ["home", "verify", "ada.zip", "--receipt", "ada.zip.receipt.json"]
        try await run(test, receipt)
        #expect(
            test.output.results.contains(
                "receipt: the signature was not checked; --public-key checks it"))
        try await run(test, receipt + ["--public-key", "key.pub"])
        let key = try ReceiptKey(file: test.folder.path + "/key.pem").id
        #expect(test.output.results.contains("receipt: signed with key \(key)\n"))
        let json = CommandCase(folder: test.folder)
        try await run(json, receipt + ["--public-key", "key.pub", "--format", "json"])
        let report = try JSONSerialization.jsonObject(with: Data(json.output.results.utf8)) as? [String: Any]
        let signature = try #require(report?["receiptSignature"] as? [String: Any])
        #expect(signature["isChecked"] as? Bool == true)
        #expect(signature["key"] as? String == key)
        let wrong = try await faults(test, "ada.zip.receipt.json", "--public-key", "other.pub")
        #expect(wrong.contains("it is not signed by that key"))
    }

    /// Receipts of all that is done with one archive can be compared with it.
    @Test func receiptsOfImportAndVerifyAreRead() async throws {
        let test = try await homes()
        try await test.run("home", "import", "ada.zip", "--to", "back", "--key", "key.pem")
        try await test.run("home", "verify", "ada.zip", "--write-receipt", "v.json", "--key", "key.pem")
        try await test.run("home", "verify", "ada.zip", "--receipt", "v.json")
        try await test.run("home", "verify", "ada.zip", "--receipt", "ada.zip.import-receipt.json")
        try await test.run("home", "export", "--from", "homes/bob", "--to", "bob.zip", "--key", "key.pem")
        try await test.run("home", "verify", "bob.zip", "--write-receipt", "b.json", "--key", "key.pem")
        #expect(try await faults(test, "b.json").contains("it speaks of another archive"))
        try await test.run("home", "report", "--from", "homes", "--receipt", "r.json", "--key", "key.pem")
        #expect(try await faults(test, "r.json").contains("it is not about one archive"))
    }
}
