import Foundation

/// The records of a ZIP archive. Their lengths follow from names and sizes alone.
///
/// Source: PKWARE's APPNOTE 6.3; extra fields 0x5455 and 0x000A as Info-ZIP and 7-Zip read them.
enum ZipRecord {
    /// `isCompressed`: whether a late member is deflated, so that its length stands behind it, too.
    static func localHeader(_ member: ArchiveMember, isCompressed: Bool = false) -> [UInt8] {
        var record = LittleEndianWriter()
        let isDeflated = isCompressed && member.isLate
        record.add(0x0403_4B50 as UInt32)
        let size = isDeflated ? 0 : member.size
        addCommon(member, to: &record, crc: knownCRC(member) ?? 0, isDeflated, size: size, compressed: size)
        let extra = times(member) + (needsZip64(member) ? zip64([size, size]) : [])
        record.add(UInt16(member.zipName.count))
        record.add(UInt16(extra.count))
        return record.bytes + member.zipName + extra
    }

    /// Stands behind the data of members whose checksum is not known before.
    /// `compressed`: the bytes that it takes; nil: it is stored.
    static func descriptor(_ member: ArchiveMember, crc: UInt32, compressed: UInt64? = nil) -> [UInt8] {
        guard member.isLate else { return [] }
        var record = LittleEndianWriter()
        record.add(0x0807_4B50 as UInt32)
        record.add(crc)
        for size in [compressed ?? member.size, member.size] {
            if needsZip64(member) { record.add(size) } else { record.add(UInt32(size)) }
        }
        return record.bytes
    }

    /// `compressed`: the bytes that it takes; nil: it is stored.
    static func central(_ member: ArchiveMember, offset: UInt64, crc: UInt32, compressed: UInt64? = nil) -> [UInt8] {
        var record = LittleEndianWriter()
        let stored = compressed ?? member.size
        record.add(0x0201_4B50 as UInt32)
        // Made by: Unix, so that modes are read.
        record.add(UInt16(3 << 8 | 45))
        addCommon(
            member, to: &record, crc: crc, compressed != nil && member.isLate, size: member.size, compressed: stored)
        let isFar = offset >= UInt64(UInt32.max)
        let large = (needsZip64(member) ? [member.size, stored] : []) + (isFar ? [offset] : [])
        let extra = times(member) + (large.isEmpty ? [] : zip64(large))
        record.add(UInt16(member.zipName.count))
        record.add(UInt16(extra.count))
        // Comment, disk, internal attributes.
        record.add(UInt16(0))
        record.add(UInt16(0))
        record.add(UInt16(0))
        record.add(member.mode << 16 | (member.isFolder ? 0x10 : 0))
        record.add(isFar ? UInt32.max : UInt32(offset))
        return record.bytes + member.zipName + extra
    }

    // MARK: - Lengths, counted and not made: there may be millions of members

    /// The length of header, contents and descriptor of a stored member, in bytes.
    static func length(_ member: ArchiveMember) -> UInt64 {
        let header = 30 + member.zipName.count + timesLength(member) + (needsZip64(member) ? 20 : 0)
        let descriptor = member.isLate ? (needsZip64(member) ? 24 : 16) : 0
        return UInt64(header + descriptor) + member.size
    }

    /// The length of a member's record in the directory, in bytes.
    static func centralLength(_ member: ArchiveMember, offset: UInt64) -> UInt64 {
        let large = (needsZip64(member) ? 16 : 0) + (offset >= UInt64(UInt32.max) ? 8 : 0)
        return UInt64(46 + member.zipName.count + timesLength(member) + large + (large > 0 ? 4 : 0))
    }

    private static func timesLength(_ member: ArchiveMember) -> Int { Int32(exactly: member.modified) == nil ? 36 : 9 }

    static func end(count: Int, offset: UInt64, size: UInt64) -> [UInt8] {
        var record = LittleEndianWriter()
        let isLarge = count >= 0xFFFF || offset >= UInt64(UInt32.max) || size >= UInt64(UInt32.max)
        if isLarge {
            record.add(0x0606_4B50 as UInt32)
            record.add(44 as UInt64)
            record.add(UInt16(3 << 8 | 45))
            record.add(UInt16(45))
            record.add(0 as UInt32)
            record.add(0 as UInt32)
            record.add(UInt64(count))
            record.add(UInt64(count))
            record.add(size)
            record.add(offset)
            record.add(0x0706_4B50 as UInt32)
            record.add(0 as UInt32)
            record.add(offset + size)
            record.add(1 as UInt32)
        }
        record.add(0x0605_4B50 as UInt32)
        record.add(UInt16(0))
        record.add(UInt16(0))
        record.add(UInt16(clamping: count))
        record.add(UInt16(clamping: count))
        record.add(UInt32(clamping: size))
        record.add(UInt32(clamping: offset))
        record.add(UInt16(0))
        return record.bytes
    }

    /// Whether its sizes need 64 bits. Compressed, a file may grow by a thousandth.
    static func needsZip64(_ member: ArchiveMember) -> Bool {
        member.size >= UInt64(UInt32.max) - UInt64(UInt32.max) / 500
    }

    static func knownCRC(_ member: ArchiveMember) -> UInt32? {
        if case .bytes(let bytes) = member.content { CRC32.of(bytes) } else { nil }
    }

    /// Version, flags, method, time, checksum, sizes: the same in both headers.
    private static func addCommon(
        _ member: ArchiveMember, to record: inout LittleEndianWriter, crc: UInt32, _ isDeflated: Bool, size: UInt64,
        compressed: UInt64
    ) {
        record.add(UInt16(needsZip64(member) ? 45 : 20))
        // UTF-8, and whether the checksum follows.
        record.add(UInt16(0x0800 | (member.isLate ? 0x0008 : 0)))
        record.add(UInt16(isDeflated ? 8 : 0))
        let (time, date) = DOSTime.of(member.modified)
        record.add(time)
        record.add(date)
        record.add(crc)
        for value in [compressed, size] { record.add(needsZip64(member) ? UInt32.max : UInt32(value)) }
    }

    /// The time of the last change to the second. The usual field holds years up to 2038, that of NTFS all others.
    private static func times(_ member: ArchiveMember) -> [UInt8] {
        var record = LittleEndianWriter()
        if let seconds = Int32(exactly: member.modified) {
            record.add(0x5455 as UInt16)
            record.add(5 as UInt16)
            record.bytes.append(1)
            record.add(UInt32(bitPattern: seconds))
        } else {
            // Hundreds of nanoseconds since 1601.
            // Some file systems keep any number as a time: what is too far for the field becomes its end.
            let second =
                min(max(0, member.modified), 900_000_000_000)
                + (member.modified < 0 ? max(member.modified, -11_644_473_600) : 0)
            let ticks = UInt64(second + 11_644_473_600) * 10_000_000
            record.add(0x000A as UInt16)
            record.add(32 as UInt16)
            record.add(0 as UInt32)
            record.add(1 as UInt16)
            record.add(24 as UInt16)
            for _ in 0..<3 { record.add(ticks) }
        }
        return record.bytes
    }

    private static func zip64(_ values: [UInt64]) -> [UInt8] {
        var record = LittleEndianWriter()
        record.add(1 as UInt16)
        record.add(UInt16(values.count * 8))
        for value in values { record.add(value) }
        return record.bytes
    }
}
