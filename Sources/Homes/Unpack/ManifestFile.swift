import Crypto
import Foundation
import Texts

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
    /// The first line of a manifest.
    private struct Head: Decodable { let owner: ExactText }

    /// The root as the archive's maker counted it.
    let root: String
    /// The digests as they are counted from the lines that are there.
    private let counted: Digests
    /// The digest of the entries as the archive's maker counted it; nil in the first version, whose root it is.
    let tree: String?
    let missing: [Missing]
    let owner: ExactText
    private let text: LineFile

    /// The digests of a manifest's lines.
    private struct Digests {
        /// Over the entries.
        var tree = SHA256()
        /// Over all bytes before the last line.
        var all = SHA256()

        /// Counts the ends of empty lines.
        mutating func addEmpty(_ count: Int) { all.update(data: [UInt8](repeating: 0x0A, count: count)) }

        /// Counts a line with its end.
        mutating func add(_ line: ArraySlice<UInt8>) {
            all.update(data: line)
            addEmpty(1)
        }
    }

    /// Whether the root covers owner and what is missing, too.
    var isCovered: Bool { tree != nil }

    /// Whether the digests are those of the lines that are there.
    var isUnchanged: Bool {
        let entries = ByteText.hexadecimal(counted.tree.finalize())
        guard let tree else { return root == entries }
        return tree == entries && root == ByteText.hexadecimal(counted.all.finalize())
    }

    /// Whether a text is the beginning of a manifest.
    static func isOne(_ text: some Collection<UInt8>) -> Bool { version(text) != nil }

    /// The version of the manifest that begins so; nil for other texts, and versions that are not known.
    private static func version(_ text: some Collection<UInt8>) -> Int? {
        (1...ManifestLines.version).first {
            text.starts(with: Array(#"{"format":"hubfleet home archive","version":\#($0),"#.utf8))
        }
    }

    /// Reads all but the entries. Each of them is a line, which is what digests count.
    ///
    /// Nil when it is damaged.
    /// Throws `HomeError.brokenState`.
    init?(_ text: LineFile) throws {
        var lines = text.lines
        var digests = Digests()
        let decoder = JSONDecoder()
        func next() throws -> ArraySlice<UInt8>? {
            guard let line = try lines.next() else { return nil }
            digests.addEmpty(lines.emptyBefore)
            digests.add(line)
            return line
        }
        guard let first = try next(), let version = Self.version(first),
            let head = try? decoder.decode(Head.self, from: Data(first.dropLast()) + Data("}".utf8)),
            try next()?.elementsEqual(#""entries":["#.utf8) == true
        else { return nil }
        while true {
            guard let line = try next() else { return nil }
            if line.elementsEqual(Self.end) { break }
            try Task.checkCancellation()
            digests.tree.update(data: Self.withoutComma(line))
        }
        guard try next()?.elementsEqual(#""missing":["#.utf8) == true else { return nil }
        var missing: [Missing] = []
        while true {
            guard let line = try next() else { return nil }
            if line.elementsEqual(Self.end) { break }
            guard let one = try? decoder.decode(Missing.self, from: Data(Self.withoutComma(line))) else { return nil }
            missing.append(one)
        }
        tree = version > 1 ? try next().flatMap { Self.digest("tree", $0.dropLast()) } : nil
        guard version == 1 || tree != nil, let last = try lines.next(), let root = Self.digest("root", last.dropLast()),
            try lines.next() == nil
        else { return nil }
        self.text = text
        self.missing = missing
        self.root = root
        owner = head.owner
        counted = digests
    }

    /// The digest in a line such as `"root":"…"`.
    private static func digest(_ key: String, _ line: ArraySlice<UInt8>) -> String? {
        let text = Data("{".utf8) + Data(line) + Data("}".utf8)
        return (try? JSONDecoder().decode([ExactText: String].self, from: text))?[key.exact]
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
