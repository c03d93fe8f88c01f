import Crypto
import FleetTools
import Foundation
import Receipts

/// The Ed25519 key that signs receipts, in the form that OpenSSL writes (PKCS #8 in PEM).
package struct ReceiptKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// The bytes before the 32 of a private key (RFC 8410).
    private static let head: [UInt8] = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32]

    package init() { key = Curve25519.Signing.PrivateKey() }

    /// - Parameter path: of the private key in PEM.
    /// - Throws: `ReceiptError.noKey`.
    package init(file path: String) throws {
        guard let bytes = try PEM.bytes("PRIVATE KEY", file: path), bytes.count == Self.head.count + 32,
            bytes.starts(with: Self.head),
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
        let isMade = try FileWriting.create(PEM.text("PRIVATE KEY", head + key.key.rawRepresentation), at: path)
        return isMade ? key : try ReceiptKey(file: path)
    }

    /// The public key in PEM, for those who check receipts.
    package var publicKey: String { ReceiptPublicKey(key.publicKey).pem }

    /// The short name of the public key.
    package var id: String { ReceiptPublicKey(key.publicKey).id }

    /// The signature of these bytes.
    /// - Throws: what the library throws.
    func sign(_ bytes: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: bytes)) }
}
