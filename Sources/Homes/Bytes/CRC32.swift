import CChecksums

/// The checksum of ZIP archives.
package struct CRC32: Sendable {
    package private(set) var value: UInt32 = 0

    package init() {}

    /// Counts the next bytes.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        value = hubfleet_crc32(value, bytes.baseAddress, bytes.count)
    }

    /// The checksum of these bytes.
    package static func of(_ bytes: [UInt8]) -> UInt32 {
        var crc = CRC32()
        bytes.withUnsafeBytes { crc.update($0) }
        return crc.value
    }
}
