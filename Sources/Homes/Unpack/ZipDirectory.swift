/// The list of members at the end of a ZIP archive, read as often as it is wanted: it stays as it stands there.
struct ZipDirectory: Sequence {
    /// The record of a member.
    struct Record {
        /// As it stands in the header, too.
        let name: [UInt8]
        /// The name in UTF-8, where the extra fields have one, it is of this name, and the name itself need not be UTF-8.
        let unicodeName: [UInt8]?
        let mode: UInt32
        /// The system that it was made on, by ZIP's number.
        let host: UInt8
        /// Seconds since 1970.
        let modified: Int64
        let size: UInt64
        /// The size of the contents in the archive, in bytes.
        let stored: UInt64
        let crc: UInt32
        /// The place of the member's header.
        let offset: UInt64
        let method: UInt16
        let isEncrypted: Bool
        /// Version, flags, method, time and date, as they stand in the header, too.
        let common: [UInt8]
        /// The first of the extra fields, which holds the time.
        let time: [UInt8]

        /// The least place where the next member can begin.
        var end: UInt64 { offset + 30 + UInt64(name.count) + stored }
    }

    private let bytes: [UInt8]
    /// Bytes before the archive, such as a program that unpacks it.
    private let shift: UInt64
    private(set) var count = 0
    private(set) var first: Record?
    private(set) var last: Record?
    /// Whether folders are separated by backslashes, as some programs of Windows do: it was made there, and no name has a
    /// slash.
    private(set) var usesBackslashes = false

    /// Nil when the bytes are damaged.
    ///
    /// - Parameters:
    ///   - bytes: all of it.
    ///   - shift: bytes before the archive.
    init?(_ bytes: [UInt8], shift: UInt64) {
        self.bytes = bytes
        self.shift = shift
        var place = 0
        var start = 0
        while place < bytes.count {
            guard let end = Self.end(bytes, place) else { return nil }
            (start, place) = (place, end)
            count += 1
        }
        first = bytes.isEmpty ? nil : record(0)
        last = bytes.isEmpty ? nil : record(start)
        usesBackslashes =
            allSatisfy { Self.windows.contains($0.host) && !$0.name.contains(0x2F) }
            && contains { $0.name.contains(0x5C) }
    }

    /// FAT, NTFS and VFAT, by ZIP's numbers.
    private static let windows: Set<UInt8> = [0, 10, 11, 14]

    func makeIterator() -> AnyIterator<Record> {
        var place = 0
        return AnyIterator {
            guard place < bytes.count, let end = Self.end(bytes, place) else { return nil }
            defer { place = end }
            return record(place)
        }
    }

    /// The place of the record behind one; nil when it is damaged.
    private static func end(_ bytes: [UInt8], _ place: Int) -> Int? {
        guard place + 46 <= bytes.count, LittleEndianReader.u32(bytes, place) == 0x0201_4B50 else { return nil }
        let end = place + 46 + [28, 30, 32].reduce(0) { $0 + Int(LittleEndianReader.u16(bytes, place + $1)) }
        return end <= bytes.count ? end : nil
    }

    /// The record at a place where one is known to be.
    private func record(_ place: Int) -> Record {
        let name = (place + 46)..<(place + 46 + Int(LittleEndianReader.u16(bytes, place + 28)))
        let extra = ZipExtra(
            bytes[name.upperBound..<(name.upperBound + Int(LittleEndianReader.u16(bytes, place + 30)))])
        var large = extra.large[...]
        func number(_ offset: Int) -> UInt64 {
            let value = LittleEndianReader.u32(bytes, place + offset)
            return value == .max ? large.popFirst() ?? UInt64(value) : UInt64(value)
        }
        let size = number(24)
        let stored = number(20)
        let offset = number(42)
        let isUTF8 = LittleEndianReader.u16(bytes, place + 8) & 0x0800 != 0
        let host = UInt8(truncatingIfNeeded: LittleEndianReader.u16(bytes, place + 4) >> 8)
        let isUnix = host == 3
        return Record(
            name: Array(bytes[name]), unicodeName: isUTF8 ? nil : extra.unicodeName(of: bytes[name]),
            mode: isUnix ? LittleEndianReader.u32(bytes, place + 38) >> 16 : 0, host: host,
            modified: extra.modified
                ?? DOSTime.seconds(LittleEndianReader.u16(bytes, place + 12), LittleEndianReader.u16(bytes, place + 14)),
            size: size, stored: stored, crc: LittleEndianReader.u32(bytes, place + 16), offset: offset.adding(shift),
            method: LittleEndianReader.u16(bytes, place + 10),
            isEncrypted: LittleEndianReader.u16(bytes, place + 8) & 1 == 1,
            common: Array(bytes[(place + 6)..<(place + 16)]), time: extra.first)
    }
}
