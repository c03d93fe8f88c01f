import Texts

/// The plain files of a tar archive in memory, with links as empty files; folders are left out.
///
/// Source: POSIX.1-2017, pax; GNU tar's long names and numbers in binary.
enum TarMembers {
    struct Member {
        let name: String
        let contents: [UInt8]
    }

    private static let block = 512

    /// - Throws: `ChartArchiveError`.
    static func read(_ bytes: [UInt8]) throws(ChartArchiveError) -> [Member] {
        let bytes = bytes[...]
        var members: [Member] = []
        var place = 0
        /// What an entry says of the one behind it.
        var next: (name: String?, size: Int?) = (nil, nil)
        while place < bytes.count {
            guard let header = bytes.slice(place, block) else { throw .damaged }
            place += block
            if header.allSatisfy({ $0 == 0 }) { break }
            guard let entry = Entry(header) else { throw .notTar }
            let size = hasContents(entry.kind) ? next.size ?? entry.size : 0
            guard let contents = bytes.slice(place, size) else { throw .damaged }
            place += (size + block - 1) / block * block
            switch entry.kind {
            case "x":
                let records = try pax(contents)
                next = (records["path"] ?? next.name, records["size"].flatMap { Int($0) } ?? next.size)
            case "L": next.name = String(decoding: contents.prefix { $0 != 0 }, as: UTF8.self)
            case "g", "K": break
            // The pieces of a file with holes, which no chart has.
            case "S": throw .notTar
            default:
                let name = next.name ?? entry.name
                next = (nil, nil)
                if entry.kind != "5", name.utf8.last != UInt8(ascii: "/") {
                    members.append(Member(name: name, contents: Array(contents)))
                }
            }
        }
        return members
    }

    /// Links, devices and folders have none, whatever their length says.
    private static func hasContents(_ kind: Character) -> Bool { !("1"..."6").contains(kind) }

    /// Lines of `LENGTH KEY=VALUE`.
    private static func pax(_ bytes: ArraySlice<UInt8>) throws(ChartArchiveError) -> [String: String] {
        var records: [String: String] = [:]
        var rest = bytes
        while let space = rest.firstIndex(of: 0x20) {
            guard let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length > space - rest.startIndex,
                let line = rest.slice(rest.startIndex, length), line.last == UInt8(ascii: "\n"),
                let equals = line[space...].firstIndex(of: UInt8(ascii: "="))
            else { throw .notTar }
            let key = String(decoding: line[(space + 1)..<equals], as: UTF8.self)
            records[key] = String(decoding: line[(equals + 1)...].dropLast(), as: UTF8.self)
            rest = rest.dropFirst(length)
        }
        return records
    }

    /// What one block says of a file.
    private struct Entry {
        let name: String
        let size: Int
        let kind: Character

        /// Nil when its checksum or its length is wrong.
        init?(_ block: ArraySlice<UInt8>) {
            let start = block.startIndex
            func field(_ range: Range<Int>) -> ArraySlice<UInt8> {
                block[(start + range.lowerBound)..<(start + range.upperBound)]
            }
            func text(_ range: Range<Int>) -> String {
                String(decoding: field(range).prefix { $0 != 0 }, as: UTF8.self)
            }
            let sum = field(0..<148).reduce(8 * 0x20) { $0 + Int($1) } + field(156..<512).reduce(0) { $0 + Int($1) }
            guard Self.number(field(148..<156)) == sum, let size = Self.number(field(124..<136)) else { return nil }
            // In the old form of GNU tar other things stand where others have the prefix.
            let isUstar = field(257..<263).elementsEqual("ustar\u{0}".utf8)
            let prefix = isUstar ? text(345..<500) : ""
            name = prefix.isEmpty ? text(0..<100) : "\(prefix)/\(text(0..<100))"
            self.size = size
            kind = Character(Unicode.Scalar(field(156..<157).first ?? 0))
        }

        /// In octal digits, or in binary when the first bit is set.
        private static func number(_ field: ArraySlice<UInt8>) -> Int? {
            if let first = field.first, first & 0x80 != 0 {
                guard first == 0x80, field.dropFirst().dropLast(7).allSatisfy({ $0 == 0 }) else { return nil }
                return field.suffix(7).reduce(0) { $0 << 8 | Int($1) }
            }
            let digits = field.drop { $0 == 0x20 || $0 == 0 }.prefix { $0 != 0 && $0 != 0x20 }
            return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
        }
    }
}

extension ArraySlice<UInt8> {
    /// The part of a length from a place; nil when it is not all there.
    fileprivate func slice(_ start: Int, _ length: Int) -> ArraySlice<UInt8>? {
        guard length >= 0, start >= startIndex, length <= endIndex - start else { return nil }
        return self[start..<(start + length)]
    }
}
