import Foundation

/// Pieces of zeros, which files can leave out as holes.
enum Zeros {
    private static let block = [UInt8](repeating: 0, count: 1 << 16)

    /// Whether all bytes are zero.
    static func fill(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var place = 0
        while place < bytes.count {
            let count = min(block.count, bytes.count - place)
            guard let base = bytes.baseAddress, memcmp(base + place, block, count) == 0 else { return false }
            place += count
        }
        return true
    }
}
