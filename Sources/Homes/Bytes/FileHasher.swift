import Crypto
import Foundation

/// Counts the digest of a file whose bytes pass by.
struct FileHasher {
    private var sha = SHA256()
    private static let zeros = [UInt8](repeating: 0, count: 1 << 16)

    mutating func add(_ bytes: UnsafeRawBufferPointer) { sha.update(bufferPointer: bytes) }

    mutating func addZeros(_ count: Int64) {
        var left = count
        while left > 0 {
            let next = min(left, Int64(Self.zeros.count))
            Self.zeros.withUnsafeBytes { sha.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<Int(next)])) }
            left -= next
        }
    }

    func finish() -> [UInt8] { Array(sha.finalize()) }
}
