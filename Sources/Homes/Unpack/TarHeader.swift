/// The fields of one header block of a tar archive.
///
/// Source: POSIX.1-2017, ustar; GNU tar's numbers in binary and its old sparse files.
struct TarHeader {
    /// With the prefix that ustar has, when it is a header of ustar.
    let name: [UInt8]
    let target: [UInt8]
    /// What is usual, when it is no number: that is no reason to lose the contents.
    let mode: UInt64
    /// The length of what stands behind the header, in bytes.
    let size: UInt64
    /// Seconds since 1970.
    let modified: Int64
    let kind: Character
    /// All of it, for what only some kinds have.
    private let block: [UInt8]

    /// Nil when its checksum is wrong, or the length or the date is no number.
    init?(_ block: [UInt8]) {
        func text(_ range: Range<Int>) -> [UInt8] { block[range].prefix { $0 != 0 }.map(\.self) }
        guard let sum = Self.number(block[148..<156]), Self.sums(block).contains(sum),
            let size = Self.number(block[124..<136]), size >= 0, let modified = Self.number(block[136..<148])
        else { return nil }
        // In the old form of GNU tar other things stand there; all other versions of ustar have the prefix.
        let isUstar =
            block[257..<262].elementsEqual("ustar".utf8) && !block[257..<265].elementsEqual("ustar  \u{0}".utf8)
        let prefix = isUstar ? text(345..<500) : []
        name = prefix.isEmpty ? text(0..<100) : prefix + [0x2F] + text(0..<100)
        target = text(157..<257)
        let usual: Int64 = block[156] == UInt8(ascii: "5") ? 0o755 : 0o644
        mode = UInt64(max(0, Self.number(block[100..<108]) ?? usual))
        self.size = UInt64(size)
        self.modified = modified
        kind = Character(Unicode.Scalar(block[156]))
        self.block = block
    }

    /// Both sums that programs write: some took bytes for signed numbers.
    private static func sums(_ block: [UInt8]) -> [Int64] {
        var (unsigned, high) = (Int64(8 * 0x20), Int64(0))
        for range in [0..<148, 156..<512] {
            for byte in block[range] {
                unsigned += Int64(byte)
                high += Int64(byte >> 7)
            }
        }
        return [unsigned, unsigned - 256 * high]
    }

    /// In octal digits, or in binary when the first bit is set; an empty field is zero. Nil for anything else.
    private static func number(_ field: ArraySlice<UInt8>) -> Int64? {
        if let first = field.first, first & 0x80 != 0 {
            return binary(field)
        }
        // An old tar left a zero in front of what did not fit.
        let text = field.dropFirst(field.first == 0 ? 1 : 0).drop { $0 == 0x20 }
        let digits = text.prefix { $0 != 0 && $0 != 0x20 }
        guard !digits.isEmpty else { return 0 }
        guard digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
        return Int64(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    /// Two's complement, whose sign is the bit behind the mark; nil when it does not fit into 64 bits.
    private static func binary(_ field: ArraySlice<UInt8>) -> Int64? {
        guard let first = field.first else { return nil }
        let isNegative = first & 0x40 != 0
        let bytes = [isNegative ? first | 0x80 : first & 0x7F] + field.dropFirst()
        let sign: UInt8 = isNegative ? 0xFF : 0
        guard bytes.dropLast(8).allSatisfy({ $0 == sign }) else { return nil }
        let value = Int64(bitPattern: bytes.suffix(8).reduce(isNegative ? .max : 0) { $0 << 8 | UInt64($1) })
        return (value < 0) == isNegative ? value : nil
    }

    // MARK: - Sparse files as old GNU tar writes them (kind `S`)

    /// The pieces that fit into the header.
    var oldPieces: [SparsePiece]? { Self.pieces(block[386..<482]) }
    /// Whether blocks with more pieces follow.
    var hasMorePieces: Bool { block[482] != 0 }
    /// The length of the file with its holes, in bytes.
    var realSize: UInt64? { Self.number(block[483..<495]).flatMap { UInt64(exactly: $0) } }

    /// The pieces in a block that follows, and whether one more does; nil when it is damaged.
    static func morePieces(_ block: [UInt8]) -> (pieces: [SparsePiece], isLast: Bool)? {
        pieces(block[0..<504]).map { ($0, block[504] == 0) }
    }

    /// Pairs of offset and length, twelve bytes each, up to an empty one.
    private static func pieces(_ bytes: ArraySlice<UInt8>) -> [SparsePiece]? {
        var pieces: [SparsePiece] = []
        for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 24) where bytes[start + 12] != 0 {
            guard let offset = number(bytes[start..<(start + 12)]),
                let count = number(bytes[(start + 12)..<(start + 24)]),
                offset >= 0, count >= 0
            else { return nil }
            pieces.append(SparsePiece(offset: UInt64(offset), count: UInt64(count)))
        }
        return pieces
    }
}
