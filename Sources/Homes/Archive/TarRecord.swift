import Foundation

/// Headers of tar archives: ustar, with pax records for what does not fit into it.
///
/// Source: POSIX.1-2017, pax; holes as GNU tar 1.x writes them (`GNU.sparse.major=1`).
enum TarRecord {
    /// Two blocks of zeros.
    static let end = [UInt8](repeating: 0, count: 1_024)
    private static let block: UInt64 = 512

    static func padding(after length: UInt64) -> [UInt8] {
        [UInt8](repeating: 0, count: Int((block - length % block) % block))
    }

    /// The length of all of a member in the archive, in bytes.
    static func length(_ member: ArchiveMember) -> UInt64 {
        let content = ArchiveFormat.tar.contentLength(of: member)
        let blocks = (content + block - 1) / block * block
        // Nearly all are plain, and need not be made to be counted.
        return (isPlain(member) ? block : UInt64(header(member).count)) + blocks
    }

    /// Whether one block is enough for its header.
    private static func isPlain(_ member: ArchiveMember) -> Bool {
        guard case .file(_, _, nil) = member.content else { return false }
        return member.size < 1 << 33 && 0..<1 << 33 ~= member.modified && member.name.count <= 100
            && isASCII(member.name)
    }

    static func header(_ member: ArchiveMember) -> [UInt8] {
        var records = Pax()
        let sparse = ArchiveFormat.tar.data(of: member)
        let map = sparse.map(sparseMap) ?? []
        let stored = ArchiveFormat.tar.contentLength(of: member) + UInt64(map.count)
        var name = member.name
        if sparse != nil {
            records.add("GNU.sparse.major", "1")
            records.add("GNU.sparse.minor", "0")
            records.add("GNU.sparse.name", member.name)
            records.add("GNU.sparse.realsize", "\(member.size)")
            name = Array("GNUSparseFile.0/".utf8) + (member.name.split(separator: 0x2F).last ?? [])
        }
        let target = target(member)
        // pax is UTF-8: bytes that are not stand in the plain header, or, when they are long, in the one of GNU tar.
        var before: [UInt8] = []
        for (key, bytes, kind) in [("path", name, 0x4C as UInt8), ("linkpath", target, 0x4B)] {
            if !ByteText.isUnicode(bytes) {
                before += bytes.count > 100 ? long(bytes, kind) : []
            } else if bytes.count > 100 || !isASCII(bytes) {
                records.add(key, bytes)
            }
        }
        if stored >= 1 << 33 { records.add("size", "\(stored)") }
        if member.modified < 0 || member.modified >= 1 << 33 { records.add("mtime", "\(member.modified)") }
        let kind: UInt8 = member.isFolder ? 0x35 : member.isLink ? 0x32 : 0x30
        let ustar = ustar(name, member.mode, size: stored, modified: member.modified, kind, target)
        return before + records.bytes(name) + ustar + map
    }

    /// A name of any length and any bytes, as GNU tar writes it.
    private static func long(_ name: [UInt8], _ kind: UInt8) -> [UInt8] {
        let size = UInt64(name.count + 1)
        return ustar(Array("././@LongLink".utf8), 0o644, size: size, modified: 0, kind, []) + name + [0]
            + padding(after: size)
    }

    static func isASCII(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { $0 < 0x80 } }

    private static func target(_ member: ArchiveMember) -> [UInt8] {
        if member.isLink, case .bytes(let target) = member.content { target } else { [] }
    }

    /// The number of pieces and where each is, in text, filled up to whole blocks; the last one ends the file.
    private static func sparseMap(_ data: [Range<Int64>]) -> [UInt8] {
        var text = "\(data.count)\n"
        for range in data { text += "\(range.lowerBound)\n\(range.count)\n" }
        return Array(text.utf8) + padding(after: UInt64(text.utf8.count))
    }

    private static func ustar(
        _ name: [UInt8], _ mode: UInt32, size: UInt64, modified: Int64, _ kind: UInt8, _ target: [UInt8]
    ) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: some Collection<UInt8>, _ offset: Int, _ width: Int) {
            for (index, byte) in bytes.prefix(width).enumerated() { header[offset + index] = byte }
        }
        func put(_ number: UInt64, _ offset: Int, digits: Int) {
            let text = String(number, radix: 8)
            put((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8, offset, digits)
        }
        put(name, 0, 100)
        put(UInt64(mode & 0o7777), 100, digits: 7)
        // The usual user and group of Jupyter's images.
        put(1_000, 108, digits: 7)
        put(100, 116, digits: 7)
        put(size >= 1 << 33 ? 0 : size, 124, digits: 11)
        put(modified < 0 || modified >= 1 << 33 ? 0 : UInt64(modified), 136, digits: 11)
        header[156] = kind
        put(target, 157, 100)
        put("ustar\u{0}00".utf8, 257, 8)
        put("jovyan".utf8, 265, 32)
        put("users".utf8, 297, 32)
        put(Array(repeating: 0x20, count: 8), 148, 8)
        put(UInt64(header.reduce(0) { $0 + UInt64($1) }), 148, digits: 6)
        header[154] = 0
        return header
    }

    /// Records of the header before the header.
    private struct Pax {
        private var records: [(key: String, value: [UInt8])] = []

        mutating func add(_ key: String, _ value: String) { records.append((key, Array(value.utf8))) }
        mutating func add(_ key: String, _ value: [UInt8]) { records.append((key, value)) }

        func bytes(_ name: [UInt8]) -> [UInt8] {
            guard !records.isEmpty else { return [] }
            let body = records.flatMap { Self.line($0.key, $0.value) }
            let short =
                Array("PaxHeaders/".utf8)
                + (name.split(separator: 0x2F).last ?? []).prefix(80).map { $0 < 0x80 ? $0 : 0x5F }
            return TarRecord.ustar(short, 0o644, size: UInt64(body.count), modified: 0, 0x78, []) + body
                + TarRecord.padding(after: UInt64(body.count))
        }

        /// `LENGTH KEY=VALUE\n`, where the length counts its own digits.
        private static func line(_ key: String, _ value: [UInt8]) -> [UInt8] {
            let rest = [UInt8](" \(key)=".utf8) + value + [0x0A]
            var length = rest.count + 1
            while String(length).utf8.count + rest.count != length { length = String(length).utf8.count + rest.count }
            return Array(String(length).utf8) + rest
        }
    }
}
