import FleetTesting
import FleetTools
import Foundation
import Receipts
import Testing
import Texts

@testable import Homes

@Suite(.tags(.medium))
struct ReceiptTests {
    private func receipt(_ folder: TemporaryFolder) throws -> HomeReceipt {
        _ = try folder.write(["home/a": "a"])
        return try HomeExport(of: folder.path + "/home", owner: "ada", format: .zip).stream { _ in }
    }

    @Test func whatWasSignedIsToldFromWhatWasChanged() throws {
        let folder = try TemporaryFolder()
        let key = try ReceiptKey.loadOrMake(folder.path + "/key.pem")
        #expect(try ReceiptKey.loadOrMake(folder.path + "/key.pem").publicKey == key.publicKey)
        let receipt = try receipt(folder)
        let signed = try SignedReceipt(receipt, key: key)
        try signed.write(to: folder.path + "/a.receipt.json")
        _ = try folder.write(["mine.pub": key.publicKey, "other.pub": ReceiptKey().publicKey])
        let read = try SignedReceipt(file: folder.path + "/a.receipt.json")
        #expect(read.receipt == receipt)
        #expect(try read.isSigned(byKeyIn: folder.path + "/mine.pub"))
        #expect(try !read.isSigned(byKeyIn: folder.path + "/other.pub"))
        let forged = try folder.read("a.receipt.json").replacing(
            read.payload, with: Data("{}".utf8).base64EncodedString())
        _ = try folder.write(["forged.json": forged])
        #expect(try !SignedReceipt(file: folder.path + "/forged.json").isSigned(byKeyIn: folder.path + "/mine.pub"))
    }

    @Test func whatHoldsNothingIsNotMissing() throws {
        let folder = try TemporaryFolder().write(["home/a": "a"])
        for number in 0...1_000 { #expect(mkfifo(folder.path + "/home/\(number)", 0o600) == 0) }
        let export = HomeExport(of: folder.path + "/home", owner: "ada", format: .zip)
        #expect(try export.stream { _ in }.isWhole)
        let changed = try export.write(to: folder.path + "/ada.zip") {
            if case .began = $0 { unlink(folder.path + "/home/a") }
        }
        #expect(!changed.isWhole)
    }

    /// Exports that are started at the same time sign with one key.
    @Test func ofManyKeysOneStays() async throws {
        let folder = try TemporaryFolder()
        for round in 0..<10 {
            let path = folder.path + "/\(round)/key.pem"
            let keys = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 { group.addTask { try ReceiptKey.loadOrMake(path).publicKey } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(keys == [try ReceiptKey(file: path).publicKey])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/\(round)") == ["key.pem"])
        }
    }

    /// Manifests name what is in the archive from its beginning, and what is missing from the home.
    @Test func whatVanishedFitsTheManifest() throws {
        let folder = try TemporaryFolder().write(["home/a": "a", "home/b": "b"])
        let export = HomeExport(of: folder.path + "/home", owner: "ada", format: .zip)
        #expect(mkfifo(folder.path + "/home/pipe", 0o600) == 0)
        let receipt = try export.write(to: folder.path + "/ada.zip") {
            if case .began = $0 { unlink(folder.path + "/home/b") }
        }
        let verification = try HomeVerification(folder.path + "/ada.zip")
        try #require(receipt.exceptions.map(\.path) == ["pipe", "b"])
        #expect(try SignedReceipt(receipt, key: ReceiptKey()).differences(from: verification) == [])
    }

    /// Anybody can check a receipt without Hubfleet, and sign with a key that OpenSSL made.
    @Test(.needs("openssl")) func openSSLReadsKeysAndSignatures() async throws {
        let folder = try TemporaryFolder()
        let runner = try RealThings.runner()
        func openssl(_ arguments: String...) async throws {
            let output = try await runner.run(Invocation("openssl", arguments))
            try #require(output.status == 0, "\(output.standardError)")
        }
        try await openssl("genpkey", "-algorithm", "ed25519", "-out", folder.path + "/key.pem")
        let key = try ReceiptKey(file: folder.path + "/key.pem")
        try await openssl("pkey", "-in", folder.path + "/key.pem", "-pubout", "-out", folder.path + "/key.pub")
        #expect(try folder.read("key.pub").filter { !$0.isNewline } == key.publicKey.filter { !$0.isNewline })
        let signed = try SignedReceipt(try receipt(folder), key: key)
        let body = try #require(Data(base64Encoded: signed.payload))
        let message = Data("DSSEv1 \(signed.payloadType.utf8.count) \(signed.payloadType) \(body.count) ".utf8) + body
        try message.write(to: URL(filePath: folder.path + "/message"))
        try #require(Data(base64Encoded: signed.signatures[0].sig)).write(to: URL(filePath: folder.path + "/signature"))
        try await openssl(
            "pkeyutl", "-verify", "-pubin", "-inkey", folder.path + "/key.pub", "-rawin", "-in",
            folder.path + "/message",
            "-sigfile", folder.path + "/signature")
    }

    @Test(arguments: ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "ssh-ed25519 AAAA"])
    func whatIsNoKeyIsSaid(_ text: String) throws {
        let folder = try TemporaryFolder().write(["key": text])
        #expect(throws: ReceiptError.self) { try ReceiptKey(file: folder.path + "/key") }
        #expect(throws: ReceiptError.self) { try SignedReceipt(file: folder.path + "/key") }
    }
}
