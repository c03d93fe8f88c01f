/// The checksum of ZIP archives, eight bytes at a step.
package struct CRC32: Sendable {
    private var state: UInt32 = 0xFFFF_FFFF

    package init() {}

    package var value: UInt32 { ~state }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        state = Self.tables.withUnsafeBufferPointer { tables in
            var crc = state
            var offset = 0
            while offset + 8 <= bytes.count {
                let low = crc ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self).littleEndian
                let high = bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self).littleEndian
                crc =
                    tables[7 &* 256 &+ Int(low & 0xFF)] ^ tables[6 &* 256 &+ Int(low >> 8 & 0xFF)]
                    ^ tables[5 &* 256 &+ Int(low >> 16 & 0xFF)] ^ tables[4 &* 256 &+ Int(low >> 24)]
                crc ^=
                    tables[3 &* 256 &+ Int(high & 0xFF)] ^ tables[2 &* 256 &+ Int(high >> 8 & 0xFF)]
                    ^ tables[256 &+ Int(high >> 16 & 0xFF)] ^ tables[Int(high >> 24)]
                offset &+= 8
            }
            while offset < bytes.count {
                crc = tables[Int((crc ^ UInt32(bytes[offset])) & 0xFF)] ^ (crc >> 8)
                offset &+= 1
            }
            return crc
        }
    }

    package static func of(_ bytes: [UInt8]) -> UInt32 {
        var crc = CRC32()
        bytes.withUnsafeBytes { crc.update($0) }
        return crc.value
    }

    /// Eight tables of 256: what a byte does that is followed by zero to seven others.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1 }
            tables[byte] = crc
        }
        for step in 1..<8 {
            for byte in 0..<256 {
                let before = tables[(step - 1) * 256 + byte]
                tables[step * 256 + byte] = tables[Int(before & 0xFF)] ^ (before >> 8)
            }
        }
        return tables
    }()
}
