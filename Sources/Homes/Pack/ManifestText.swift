import Crypto

/// Makes the text of a manifest, some lines at a time.
struct ManifestText {
    /// The part of the manifest that comes next.
    private enum Step { case head, entries, missing, root, done }

    /// The size of the lines that are made at once, in bytes, about.
    private static let pieceSize = 1 << 16

    /// SHA-256 over all lines before the last one; known at the end.
    private(set) var root = ""
    /// SHA-256 over the lines of the entries; known at the end.
    private(set) var tree = ""
    /// Files that are not in the archive as they are in the home, the first thousand.
    private(set) var changed: [HomeProblem] = []
    private(set) var changedCount = 0

    private let snapshot: HomeSnapshot
    private var slots: SlotCursor
    private var reader: EntryFileReader
    private var step = Step.head
    private var isFirst = true
    private var leaves = SHA256()
    private var all = SHA256()
    private let lines = ManifestLines()

    init(_ snapshot: HomeSnapshot, _ table: DigestTable) throws {
        self.snapshot = snapshot
        slots = SlotCursor(table)
        reader = try EntryFileReader(snapshot.entriesPath)
    }

    /// The next piece of the text; nil at its end.
    mutating func next() throws -> [UInt8]? {
        if step == .root {
            step = .done
            root = ByteText.hexadecimal(all.finalize())
            return ManifestLines.end(root: root)
        }
        guard let text = try nextCovered() else { return nil }
        all.update(data: text)
        return text
    }

    /// The next piece before the root.
    private mutating func nextCovered() throws -> [UInt8]? {
        switch step {
        case .head:
            step = .entries
            return ManifestLines.head(owner: snapshot.summary.owner)
        case .entries:
            let text = try linesOfNextRecords { this, record, text in
                guard case .entry(let entry, _) = record.content else { return }
                this.separate(&text)
                try this.addLine(entry, to: &text)
            }
            if let text { return text }
            reader = try EntryFileReader(snapshot.entriesPath)
            (step, isFirst) = (.missing, true)
            return ManifestLines.middle
        case .missing:
            let text = try linesOfNextRecords { this, record, text in
                guard case .problem(let problem) = record.content else { return }
                this.separate(&text)
                text += this.lines.line(problem)
            }
            if let text { return text }
            step = .root
            tree = ByteText.hexadecimal(leaves.finalize())
            return ManifestLines.tail(tree: tree)
        case .root, .done: return nil
        }
    }

    /// The lines of some records; nil when there are none left.
    private mutating func linesOfNextRecords(
        _ add: (inout Self, EntryRecord, inout [UInt8]) throws -> Void
    ) throws -> [UInt8]? {
        var text: [UInt8] = []
        text.reserveCapacity(Self.pieceSize + 4_096)
        while text.count < Self.pieceSize, let record = try reader.next() { try add(&self, record, &text) }
        return text.isEmpty ? nil : text
    }

    private mutating func addLine(_ entry: HomeEntry, to text: inout [UInt8]) throws {
        var digest = FileDigest.unknown
        if entry.isFile {
            let slot = try slots.next()
            digest = FileDigest(sha256: slot.sha256, state: slot.state)
            note(entry, slot.state)
        }
        let start = text.count
        lines.append(entry, digest, to: &text)
        text.withUnsafeBytes { leaves.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[start...])) }
    }

    private mutating func note(_ entry: HomeEntry, _ state: FileState) {
        let reason: HomeProblem.Reason
        switch state {
        case .ok: return
        case .changed: reason = .changed
        case .vanished: reason = .vanished
        case .unreadable: reason = .unreadable
        }
        changedCount += 1
        if changed.count < 1_000 { changed.append(HomeProblem(path: entry.path, reason: reason)) }
    }

    private mutating func separate(_ text: inout [UInt8]) {
        if !isFirst { text += [0x2C, 0x0A] }
        isFirst = false
    }
}
