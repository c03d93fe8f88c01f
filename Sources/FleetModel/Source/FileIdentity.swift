import Crypto

/// What tells the bytes of one file from those of all others, wherever they were read from: the name that git gives them
/// as a blob.
package struct FileIdentity: Sendable, Hashable, CustomStringConvertible {
    /// The name of the blob: 40 hexadecimal digits.
    package let description: String

    /// - Parameter blob: the name that git has for the bytes, in a repository whose names are SHA-1.
    package init(blob: String) {
        description = blob
    }

    /// The identity of bytes at hand.
    package init(of bytes: [UInt8]) {
        var digest = Insecure.SHA1()
        digest.update(data: Array("blob \(bytes.count)\0".utf8))
        digest.update(data: bytes)
        description = digest.finalize().hexadecimal
    }
}
