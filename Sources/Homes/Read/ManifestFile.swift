import Crypto
import Foundation

/// The manifest of an archive, as it was found in it.
struct ManifestFile {
    struct Entry: Decodable {
        let path, type, mode: String
        let mtime: Int64
        let size: UInt64?
        let target, sha256, state: String?
    }
    struct Missing: Decodable { let path, reason: String }
    private struct Root: Decodable { let root: String }

    /// As its maker counted it.
    let root: String
    /// As it is counted from the lines that are there.
    let countedRoot: String
    let entries: [Entry]
    let missing: [Missing]
    let owner: String

    /// Whether a text is the beginning of a manifest.
    static func isOne(_ text: [UInt8]) -> Bool {
        text.starts(with: Array(#"{"format":"hubfleet home archive","version":1,"#.utf8))
    }

    /// Nil when it is damaged. Each entry is a line, which is what digests count.
    init?(_ text: [UInt8]) {
        struct Head: Decodable { let owner: String }
        let decoder = JSONDecoder()
        let lines = text.split(separator: 0x0A)
        guard Self.isOne(text), let middle = lines.firstIndex(where: { $0.elementsEqual(#""missing":["#.utf8) }),
            lines.count >= middle + 3, lines[1].elementsEqual(#""entries":["#.utf8),
            lines[middle - 1].elementsEqual("],".utf8), lines[lines.count - 2].elementsEqual("],".utf8),
            let last = lines.last, let end = try? decoder.decode(Root.self, from: Data("{".utf8) + Data(last)),
            let head = try? decoder.decode(Head.self, from: Data(lines[0].dropLast()) + Data("}".utf8))
        else { return nil }
        func whole<Line>(_ range: Range<Int>, _ make: (ArraySlice<UInt8>) throws -> Line) throws -> [Line] {
            try lines[range].map { try make($0.last == 0x2C ? $0.dropLast() : $0) }
        }
        var leaves = SHA256()
        do {
            entries = try whole(2..<(middle - 1)) {
                leaves.update(data: $0)
                return try decoder.decode(Entry.self, from: Data($0))
            }
            missing = try whole((middle + 1)..<(lines.count - 2)) { try decoder.decode(Missing.self, from: Data($0)) }
        } catch {
            return nil
        }
        root = end.root
        owner = head.owner
        countedRoot = ByteText.hexadecimal(leaves.finalize())
    }
}
