import Crypto
import FleetTools
import Foundation

/// The Ed25519 key that signs receipts, in the form that OpenSSL writes (PKCS #8 in PEM).
package struct ReceiptKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// What stands before the 32 bytes of a private and a public key (RFC 8410).
    private static let privateHead: [UInt8] = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32]
    private static let publicHead: [UInt8] = [48, 42, 48, 5, 6, 3, 43, 101, 112, 3, 33, 0]

    package init() { key = Curve25519.Signing.PrivateKey() }

    /// - Throws: `ReceiptError.noKey`.
    package init(file path: String) throws {
        let text = try Self.text(path)
        guard let bytes = Self.body(text, "PRIVATE KEY"), bytes.count == 48, bytes.starts(with: Self.privateHead),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes.suffix(32))
        else {
            throw ReceiptError.noKey(
                path, reason: "it is no Ed25519 key in PEM; `openssl genpkey -algorithm ed25519` makes one")
        }
        self.key = key
    }

    /// The key in a file, which is made with a new one when it is not there.
    /// - Throws: `ReceiptError.noKey`, `FileError`.
    package static func loadOrMake(_ path: String) throws -> ReceiptKey {
        if FileManager.default.fileExists(atPath: path) { return try ReceiptKey(file: path) }
        let key = ReceiptKey()
        let folder = URL(filePath: path).deletingLastPathComponent().path
        // One that is there keeps its mode.
        if !FileManager.default.fileExists(atPath: folder) { try FileWriting.makeFolder(folder) }
        // Another process may make one at the same time: all sign with the one that stays.
        let isMade = try FileWriting.create(pem("PRIVATE KEY", privateHead + key.key.rawRepresentation), at: path)
        return isMade ? key : try ReceiptKey(file: path)
    }

    /// In PEM, for those who check receipts.
    package var publicKey: String { Self.pem("PUBLIC KEY", Self.publicHead + key.publicKey.rawRepresentation) }

    /// The first 16 digits of SHA-256 over the public key: its short name.
    package var id: String { Self.id(key.publicKey) }

    func sign(_ bytes: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: bytes)) }

    static func id(_ key: Curve25519.Signing.PublicKey) -> String {
        String(ByteText.hexadecimal(SHA256.hash(data: key.rawRepresentation)).prefix(16))
    }

    /// - Throws: `ReceiptError.noKey`.
    static func publicKey(file path: String) throws -> Curve25519.Signing.PublicKey {
        let text = try Self.text(path)
        guard let bytes = body(text, "PUBLIC KEY"), bytes.count == 44, bytes.starts(with: publicHead),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes.suffix(32))
        else { throw ReceiptError.noKey(path, reason: "it is no Ed25519 public key in PEM") }
        return key
    }

    private static func text(_ path: String) throws -> String {
        guard FileManager.default.fileExists(atPath: path) else {
            throw ReceiptError.noKey(path, reason: "there is no such file")
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ReceiptError.noKey(path, reason: "it cannot be read")
        }
        return text
    }

    private static func pem(_ kind: String, _ bytes: [UInt8]) -> String {
        "-----BEGIN \(kind)-----\n\(Data(bytes).base64EncodedString())\n-----END \(kind)-----\n"
    }

    private static func body(_ text: String, _ kind: String) -> [UInt8]? {
        guard let start = text.range(of: "-----BEGIN \(kind)-----"), let end = text.range(of: "-----END \(kind)-----"),
            start.upperBound <= end.lowerBound
        else { return nil }
        return Data(base64Encoded: text[start.upperBound..<end.lowerBound].filter { !$0.isWhitespace }).map(Array.init)
    }
}
