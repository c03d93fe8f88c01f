import Crypto
import Foundation

/// The Ed25519 key that checks signatures of receipts, in the form that OpenSSL writes (RFC 8410 in PEM).
package struct ReceiptPublicKey: Sendable {
    private let key: Curve25519.Signing.PublicKey

    /// The bytes before the 32 of the key.
    private static let head: [UInt8] = [48, 42, 48, 5, 6, 3, 43, 101, 112, 3, 33, 0]

    package init(_ key: Curve25519.Signing.PublicKey) { self.key = key }

    /// - Parameter path: of the key in PEM.
    /// - Throws: `ReceiptError.noKey`.
    package init(file path: String) throws {
        guard let bytes = try PEM.bytes("PUBLIC KEY", file: path), bytes.count == Self.head.count + 32,
            bytes.starts(with: Self.head),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes.suffix(32))
        else { throw ReceiptError.noKey(path, reason: "it is no Ed25519 public key in PEM") }
        self.key = key
    }

    /// The key in PEM, for those who check receipts.
    package var pem: String { PEM.text("PUBLIC KEY", Self.head + key.rawRepresentation) }

    /// The short name of the key: the first 16 digits of SHA-256 over it.
    package var id: String {
        SHA256.hash(data: key.rawRepresentation).prefix(8)
            .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Whether a signature of these bytes was made with the private key.
    package func hasSigned(_ message: [UInt8], _ signature: Data) -> Bool {
        key.isValidSignature(signature, for: message)
    }
}
