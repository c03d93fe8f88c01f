/// The extra fields behind a member's name in the directory.
struct ZipExtra {
    /// The first field with its head.
    private(set) var first: [UInt8] = []
    /// Numbers that do not fit into 32 bits, in the order of their fields.
    private(set) var large: [UInt64] = []
    /// Seconds since 1970.
    var modified: Int64? { exact ?? old }
    private var exact: Int64?
    /// The same in the fields of older programs.
    private var old: Int64?
    /// The name in UTF-8, and the checksum of the name that it stands for.
    private var unicode: (crc: UInt32, name: [UInt8])?

    init(_ slice: ArraySlice<UInt8>) {
        let bytes = Array(slice)
        var place = 0
        while place + 4 <= bytes.count {
            let count = Int(LittleEndianReader.u16(bytes, place + 2))
            let start = place + 4
            guard start + count <= bytes.count else { return }
            if place == 0 { first = Array(bytes[..<(start + count)]) }
            switch LittleEndianReader.u16(bytes, place) {
            case 1: large = stride(from: start, to: start + count - 7, by: 8).map { LittleEndianReader.u64(bytes, $0) }
            case 0x5455 where count >= 5 && bytes[start] & 1 == 1:
                exact = Int64(Int32(bitPattern: LittleEndianReader.u32(bytes, start + 1)))
            case 0x000A where count >= 16 && LittleEndianReader.u16(bytes, start + 4) == 1:
                exact = Int64(LittleEndianReader.u64(bytes, start + 8) / 10_000_000) - 11_644_473_600
            case 0x5855 where count >= 8, 0x000D where count >= 8:
                old = Int64(Int32(bitPattern: LittleEndianReader.u32(bytes, start + 4)))
            case 0x7075 where count >= 5 && bytes[start] == 1:
                unicode = (LittleEndianReader.u32(bytes, start + 1), Array(bytes[(start + 5)..<(start + count)]))
            default: break
            }
            place = start + count
        }
    }

    /// The name in UTF-8 that stands for a name; nil when there is none, or it is of an older name.
    func unicodeName(of name: some Collection<UInt8>) -> [UInt8]? {
        guard let unicode, !unicode.name.isEmpty, unicode.crc == CRC32.of(Array(name)) else { return nil }
        return unicode.name
    }
}
