/// The fields of a header.
struct TarHeader {
    let name: [UInt8]
    let target: [UInt8]
    let mode: UInt64
    let size: UInt64
    let modified: Int64
    let kind: Character

    /// Nil when its checksum is wrong.
    init?(_ block: [UInt8]) {
        func text(_ range: Range<Int>) -> [UInt8] { block[range].prefix { $0 != 0 }.map(\.self) }
        guard let sum = Self.number(block[148..<156]),
            sum == block.enumerated().reduce(0, { $0 + UInt64((148..<156).contains($1.offset) ? 0x20 : $1.element) })
        else { return nil }
        let prefix = block[257..<263].elementsEqual("ustar\u{0}".utf8) ? text(345..<500) : []
        name = prefix.isEmpty ? text(0..<100) : prefix + [0x2F] + text(0..<100)
        target = text(157..<257)
        mode = Self.number(block[100..<108]) ?? 0o644
        guard let size = Self.number(block[124..<136]) else { return nil }
        self.size = size
        modified = Int64(clamping: Self.number(block[136..<148]) ?? 0)
        kind = Character(Unicode.Scalar(block[156]))
    }

    /// In octal digits, or in binary when the first bit is set.
    private static func number(_ field: ArraySlice<UInt8>) -> UInt64? {
        if let first = field.first, first & 0x80 != 0 {
            guard first == 0x80, field.dropFirst().dropLast(8).allSatisfy({ $0 == 0 }) else { return nil }
            return field.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
        }
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
        return digits.isEmpty ? 0 : UInt64(String(decoding: digits, as: UTF8.self), radix: 8)
    }
}
