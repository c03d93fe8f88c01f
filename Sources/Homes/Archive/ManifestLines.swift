import Crypto
import Foundation

/// `MANIFEST.json` of an archive: every file with its size and digest, and what is missing and why.
///
/// Each entry is a line of a length that follows from the scan, so that the archive's length is known before a file was
/// read: digests have 64 digits, and what happened to a file is padded to one width.
package enum HomeManifest {
    /// What happened to a file on its way into the archive.
    package enum State: String, Sendable, CaseIterable {
        case ok, changed, vanished, unreadable

        fileprivate static let width = 12
    }

    /// What is known of a file once it was read.
    package struct Digest: Sendable, Equatable {
        package let sha256: [UInt8]
        package let state: State

        package init(sha256: [UInt8], state: State) {
            self.sha256 = sha256
            self.state = state
        }

        static let unknown = Digest(sha256: [UInt8](repeating: 0, count: 32), state: .ok)
    }
}

/// The lines of a manifest.
package struct ManifestLines: Sendable {
    package init() {}

    static func head(owner: String) -> [UInt8] {
        Array(#"{"format":"hubfleet home archive","version":1,"owner":\#(quoted(owner)),\#n"entries":[\#n"#.utf8)
    }
    static let middle = Array("\n],\n\"missing\":[\n".utf8)
    static func end(root: String) -> [UInt8] { Array("\n],\n\"root\":\"\(root)\"}\n".utf8) }

    /// The line of a file, folder or link, without the comma behind it. The root digest of a home is SHA-256 over all of
    /// them.
    package func line(_ entry: HomeEntry, _ digest: HomeManifest.Digest) -> [UInt8] {
        var line: [UInt8] = []
        append(entry, digest, to: &line)
        return line
    }

    /// Adds that line to a text, byte by byte: there may be millions of them.
    func append(_ entry: HomeEntry, _ digest: HomeManifest.Digest, to text: inout [UInt8]) {
        func add(_ literal: StaticString) {
            text.append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
        }
        add(#"{"path":"home/"#)
        Self.appendEscaped(entry.shownBytes, to: &text)
        switch entry.kind {
        case .directory: add(#"","type":"folder""#)
        case .file(let size):
            add(#"","type":"file","size":"#)
            Self.append(size, radix: 10, to: &text)
        case .link(let target):
            add(#"","type":"link","target":""#)
            Self.appendEscaped(ByteText.readableBytes(target), to: &text)
            add("\"")
        }
        add(#","mode":""#)
        Self.append(Int64(entry.permissions), radix: 8, width: 4, to: &text)
        add(#"","mtime":"#)
        Self.append(entry.modified, radix: 10, to: &text)
        if entry.isFile {
            add(#","sha256":""#)
            ByteText.appendHexadecimal(digest.sha256, to: &text)
            add(#"","state":""#)
            let end = text.count + HomeManifest.State.width
            text.append(contentsOf: digest.state.rawValue.utf8)
            add("\"")
            // Behind the value, so that all states are of one length.
            while text.count <= end { text.append(0x20) }
        }
        text.append(UInt8(ascii: "}"))
    }

    private static func append(_ number: Int64, radix: UInt64, width: Int = 1, to text: inout [UInt8]) {
        if number < 0 { text.append(UInt8(ascii: "-")) }
        let start = text.count
        var rest = number.magnitude
        while rest > 0 || text.count - start < width {
            text.append(UInt8(ascii: "0") + UInt8(rest % radix))
            rest /= radix
        }
        text[start...].reverse()
    }

    /// At least four octal digits.
    static func mode(_ permissions: UInt32) -> String {
        var text: [UInt8] = []
        append(Int64(permissions), radix: 8, width: 4, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The line of something that is missing.
    func line(_ problem: HomeProblem) -> [UInt8] {
        Array(#"{"path":\#(Self.quoted(problem.shownPath)),"reason":"\#(problem.reason.rawValue)"}"#.utf8)
    }

    /// A string as JSON has it.
    static func quoted(_ text: String) -> String {
        var quoted = [UInt8(ascii: "\"")]
        appendEscaped(Array(text.utf8), to: &quoted)
        return String(decoding: quoted + [UInt8(ascii: "\"")], as: UTF8.self)
    }

    /// What stands between the quotes.
    private static func appendEscaped(_ text: [UInt8], to quoted: inout [UInt8]) {
        func isPlain(_ byte: UInt8) -> Bool {
            byte >= 0x20 && byte != 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
        }
        guard !text.allSatisfy(isPlain) else { return quoted.append(contentsOf: text) }
        for byte in text {
            if isPlain(byte) {
                quoted.append(byte)
            } else if byte < 0x20 || byte == 0x7F {
                quoted.append(contentsOf: Array("\\u00".utf8) + Array(ByteText.hexadecimal(byte).utf8))
            } else {
                quoted.append(contentsOf: [UInt8(ascii: "\\"), byte])
            }
        }
    }
}

/// Makes the text of a manifest, some lines at a time.
struct ManifestText {
    private enum Step { case head, entries, missing, done }

    /// Of the lines that are made at once, in bytes, about.
    private static let pieceSize = 1 << 16

    /// SHA-256 over the lines of the entries; known at the end.
    private(set) var root = ""
    /// Files that are not in the archive as they are in the home, the first thousand.
    private(set) var changed: [HomeProblem] = []
    private(set) var changedCount = 0

    private let snapshot: HomeSnapshot
    private var slots: SlotCursor
    private var reader: EntryFileReader
    private var step = Step.head
    private var isFirst = true
    private var leaves = SHA256()
    private let lines = ManifestLines()

    init(_ snapshot: HomeSnapshot, _ table: DigestTable) throws {
        self.snapshot = snapshot
        slots = SlotCursor(table)
        reader = try EntryFileReader(snapshot.entriesPath)
    }

    /// The next piece of the text; nil at its end.
    mutating func next() throws -> [UInt8]? {
        switch step {
        case .head:
            step = .entries
            return ManifestLines.head(owner: snapshot.summary.owner)
        case .entries:
            let text = try some { this, record, text in
                guard case .entry(let entry, _) = record.content else { return }
                this.separate(&text)
                try this.addLine(entry, to: &text)
            }
            if let text { return text }
            reader = try EntryFileReader(snapshot.entriesPath)
            (step, isFirst) = (.missing, true)
            root = ByteText.hexadecimal(leaves.finalize())
            return ManifestLines.middle
        case .missing:
            let text = try some { this, record, text in
                guard case .problem(let problem) = record.content else { return }
                this.separate(&text)
                text += this.lines.line(problem)
            }
            if let text { return text }
            step = .done
            return ManifestLines.end(root: root)
        case .done: return nil
        }
    }

    /// The lines of some records; nil when there are none left.
    private mutating func some(_ add: (inout Self, EntryRecord, inout [UInt8]) throws -> Void) throws -> [UInt8]? {
        var text: [UInt8] = []
        text.reserveCapacity(Self.pieceSize + 4_096)
        while text.count < Self.pieceSize, let record = try reader.next() { try add(&self, record, &text) }
        return text.isEmpty ? nil : text
    }

    private mutating func addLine(_ entry: HomeEntry, to text: inout [UInt8]) throws {
        var digest = HomeManifest.Digest.unknown
        if entry.isFile {
            let slot = try slots.next()
            digest = HomeManifest.Digest(sha256: slot.sha256, state: slot.state)
            note(entry, slot.state)
        }
        let start = text.count
        lines.append(entry, digest, to: &text)
        text.withUnsafeBytes { leaves.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[start...])) }
    }

    private mutating func note(_ entry: HomeEntry, _ state: HomeManifest.State) {
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
