import Crypto
import FleetModel

/// A number that only the same content has.
package struct ContentDigest: Sendable, Hashable, CustomStringConvertible {
    /// 64 hexadecimal digits.
    package let description: String

    /// A digest of content that anybody may see.
    package init(of bytes: [UInt8]) {
        description = SHA256.hash(data: bytes).hexadecimal
    }

    /// A digest of content that holds secrets: without the key, nobody can try out what they may be.
    init(of bytes: [UInt8], key: DigestKey) {
        description = HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: key.bytes)).hexadecimal
    }
}

/// What digests of secrets are made with. Each record that holds such digests has a key of its own, made by chance, and
/// kept beside them: there is none in the program.
package struct DigestKey: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    /// The number of its bytes.
    package static let length = 32

    /// The key itself, for the record that it belongs to.
    package let bytes: [UInt8]

    /// A new key, made by chance.
    package init() {
        var generator = SystemRandomNumberGenerator()
        bytes = (0..<Self.length).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    /// The key of a record; nil when the bytes are not as many as a key has.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.length else { return nil }
        self.bytes = bytes
    }

    package var description: String { Secret.mask }
    package var debugDescription: String { Secret.mask }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
