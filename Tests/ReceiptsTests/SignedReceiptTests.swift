import Crypto
import FleetTesting
import Foundation
import Receipts
import Testing
import Texts

@Suite(.tags(.medium))
struct SignedReceiptTests {
    private let folder: TemporaryFolder
    private let key = Curve25519.Signing.PrivateKey()

    init() throws {
        folder = try TemporaryFolder().write([
            "key.pub": ReceiptPublicKey(key.publicKey).pem,
            "other.pub": ReceiptPublicKey(Curve25519.Signing.PrivateKey().publicKey).pem,
        ])
    }

    private func signed(_ body: String) throws -> SignedReceipt {
        try SignedReceipt(body: Data(body.utf8), key: ReceiptPublicKey(key.publicKey).id) {
            Array(try key.signature(for: $0))
        }
    }

    @Test func aReceiptIsReadAndChecked() throws {
        let receipt = try signed(#"{"kind":"export","owner":"ada","root":"00","more":1}"#)
        try folder.write(["a.receipt.json": try receipt.envelope()])
        let read = try SignedReceipt(file: folder.path + "/a" + SignedReceipt.suffix)
        #expect(read == receipt)
        #expect(read.text == #"{"kind":"export","owner":"ada","root":"00","more":1}"#)
        #expect(read.statement == ReceiptStatement(kind: "export", owner: "ada", root: "00"))
        #expect(try read.signer(byKeyIn: folder.path + "/key.pub") == ReceiptPublicKey(key.publicKey).id)
        #expect(try read.signer(byKeyIn: folder.path + "/other.pub") == nil)
    }

    /// Another body with the same signature.
    @Test func aForgedReceiptIsNotSigned() throws {
        let receipt = try signed(#"{"owner":"ada"}"#)
        let forged = try receipt.envelope().replacing(
            receipt.payload, with: Data(#"{"owner":"eve"}"#.utf8).base64EncodedString())
        try folder.write(["forged.json": forged])
        let read = try SignedReceipt(file: folder.path + "/forged.json")
        #expect(read.statement?.owner == "eve")
        #expect(try !read.isSigned(byKeyIn: folder.path + "/key.pub"))
    }

    @Test func whatIsNoReceiptIsSaid() throws {
        let other = try signed("{}").envelope().replacing(SignedReceipt.mediaType, with: "text/plain")
        try folder.write(["text.json": "{}", "other.json": other])
        for (name, reason) in [
            ("none.json", "there is no such file"), ("text.json", "it cannot be read as a signed receipt"),
            ("other.json", "it holds text/plain"),
        ] {
            let path = folder.path + "/" + name
            #expect(throws: ReceiptError.notAReceipt(path, reason: reason)) { try SignedReceipt(file: path) }
        }
        #expect(try signed("no JSON").statement == nil)
    }

    @Test func whatIsNoPublicKeyIsSaid() throws {
        try folder.write(["text.pub": "text"])
        for (name, reason) in [
            ("none.pub", "there is no such file"), ("text.pub", "it is no Ed25519 public key in PEM"),
        ] {
            let path = folder.path + "/" + name
            #expect(throws: ReceiptError.noKey(path, reason: reason)) { try ReceiptPublicKey(file: path) }
        }
    }
}
