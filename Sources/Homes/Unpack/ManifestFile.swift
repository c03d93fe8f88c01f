import Crypto
import Foundation

/// The manifest of an archive, as it was found in it.
struct ManifestFile: Sendable {
    /// An entry of the manifest, as it stands there.
    struct Entry: Decodable {
        let path, type, mode: String
        let mtime: Int64
        let size: UInt64?
        let target, sha256, state: String?
    }
    /// A thing that the manifest says is missing.
    struct Missing: Decodable { let path, reason: String }
    /// The last line of a manifest.
    private struct Root: Decodable { let root: String }
    /// The first line of a manifest.
    private struct Head: Decodable { let owner: String }

    /// The root as the archive's maker counted it.
    let root: String
    /// The root as it is counted from the lines that are there.
    let countedRoot: String
    let missing: [Missing]
    let owner: String
    private let text: LineFile

    /// Whether a text is the beginning of a manifest.
    static func isOne(_ text: some Collection<UInt8>) -> Bool {
        text.starts(with: Array(#"{"format":"hubfleet home archive","version":1,"#.utf8))
    }

    /// Reads all but the entries. Each of them is a line, which is what digests count.
    ///
    /// Nil when it is damaged.
    /// Throws `HomeError.brokenState`.
    init?(_ text: LineFile) throws {
        var lines = text.lines
        let decoder = JSONDecoder()
        guard let first = try lines.next(), Self.isOne(first),
            let head = try? decoder.decode(Head.self, from: Data(first.dropLast()) + Data("}".utf8)),
            try lines.next()?.elementsEqual(#""entries":["#.utf8) == true
        else { return nil }
        var leaves = SHA256()
        while true {
            guard let line = try lines.next() else { return nil }
            if line.elementsEqual(Self.end) { break }
            try Task.checkCancellation()
            leaves.update(data: Self.withoutComma(line))
        }
        guard try lines.next()?.elementsEqual(#""missing":["#.utf8) == true else { return nil }
        var missing: [Missing] = []
        while true {
            guard let line = try lines.next() else { return nil }
            if line.elementsEqual(Self.end) { break }
            guard let one = try? decoder.decode(Missing.self, from: Data(Self.withoutComma(line))) else { return nil }
            missing.append(one)
        }
        guard let last = try lines.next(), let end = try? decoder.decode(Root.self, from: Data("{".utf8) + Data(last)),
            try lines.next() == nil
        else { return nil }
        self.text = text
        self.missing = missing
        root = end.root
        owner = head.owner
        countedRoot = ByteText.hexadecimal(leaves.finalize())
    }

    /// The line behind the entries, and behind what is missing.
    private static let end = Array("],".utf8)

    private static func withoutComma(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        line.last == 0x2C ? line.dropLast() : line
    }

    /// The entries from the first on.
    var entries: Entries { Entries(lines: text.lines) }

    /// Reads entry after entry.
    struct Entries {
        fileprivate var lines: LineFile.Lines
        private var isBegun = false
        private var isDone = false
        private let decoder = JSONDecoder()

        fileprivate init(lines: LineFile.Lines) { self.lines = lines }

        /// The next entry; nil behind the last one.
        ///
        /// - Throws: `DecodingError` when the line is none, `HomeError.brokenState`.
        mutating func next() throws -> Entry? {
            if !isBegun { for _ in 0..<2 { _ = try lines.next() } }
            isBegun = true
            guard !isDone, let line = try lines.next(), !line.elementsEqual(ManifestFile.end) else {
                isDone = true
                return nil
            }
            return try decoder.decode(Entry.self, from: Data(ManifestFile.withoutComma(line)))
        }
    }
}
