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
        var text = #"{"path":\#(Self.quoted(ArchiveMember.folder + entry.shownPath)),"#
        switch entry.kind {
        case .directory: text += #""type":"folder""#
        case .file(let size): text += #""type":"file","size":\#(size)"#
        case .link(let target): text += #""type":"link","target":\#(Self.quoted(ByteText.readable(target)))"#
        }
        text += #","mode":"\#(Self.mode(entry.permissions))","mtime":\#(entry.modified)"#
        if entry.isFile {
            let state = digest.state.rawValue
            let pad = String(repeating: " ", count: HomeManifest.State.width - state.utf8.count)
            text += #","sha256":"\#(ByteText.hexadecimal(digest.sha256))","state":"\#(state)"\#(pad)"#
        }
        return Array((text + "}").utf8)
    }

    /// At least four octal digits.
    static func mode(_ permissions: UInt32) -> String {
        let mode = String(permissions, radix: 8)
        return String(repeating: "0", count: max(0, 4 - mode.utf8.count)) + mode
    }

    /// The line of something that is missing.
    func line(_ problem: HomeProblem) -> [UInt8] {
        Array(#"{"path":\#(Self.quoted(problem.shownPath)),"reason":"\#(problem.reason.rawValue)"}"#.utf8)
    }

    /// A string as JSON has it.
    static func quoted(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            return "\"\(text)\""
        }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                quoted += "\\u00" + ByteText.hexadecimal(UInt8(scalar.value))
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

/// Makes the text of a manifest, line by line.
struct ManifestText {
    private enum Step { case head, entries, missing, done }

    /// SHA-256 over the lines of the entries; known at the end.
    private(set) var root = ""
    /// Files that are not in the archive as they are in the home, the first thousand.
    private(set) var changed: [HomeProblem] = []
    private(set) var changedCount = 0

    private let snapshot: HomeSnapshot
    private let table: DigestTable
    private var reader: EntryFileReader
    private var step = Step.head
    private var files = 0
    private var isFirst = true
    private var leaves = SHA256()
    private let lines = ManifestLines()

    init(_ snapshot: HomeSnapshot, _ table: DigestTable) throws {
        self.snapshot = snapshot
        self.table = table
        reader = try EntryFileReader(snapshot.entriesPath)
    }

    /// The next piece of the text; nil at its end.
    mutating func next() throws -> [UInt8]? {
        switch step {
        case .head:
            step = .entries
            return ManifestLines.head(owner: snapshot.summary.owner)
        case .entries:
            while let record = try reader.next() {
                if case .entry(let entry, _) = record.content { return separated(try line(entry)) }
            }
            reader = try EntryFileReader(snapshot.entriesPath)
            (step, isFirst) = (.missing, true)
            root = ByteText.hexadecimal(leaves.finalize())
            return ManifestLines.middle
        case .missing:
            while let record = try reader.next() {
                if case .problem(let problem) = record.content { return separated(lines.line(problem)) }
            }
            step = .done
            return ManifestLines.end(root: root)
        case .done: return nil
        }
    }

    private mutating func line(_ entry: HomeEntry) throws -> [UInt8] {
        var digest = HomeManifest.Digest.unknown
        if entry.isFile {
            let slot = try table.slot(files)
            digest = HomeManifest.Digest(sha256: slot.sha256, state: slot.state)
            files += 1
            note(entry, slot.state)
        }
        let line = lines.line(entry, digest)
        leaves.update(data: line)
        return line
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

    private mutating func separated(_ line: [UInt8]) -> [UInt8] {
        defer { isFirst = false }
        return isFirst ? line : [0x2C, 0x0A] + line
    }
}
