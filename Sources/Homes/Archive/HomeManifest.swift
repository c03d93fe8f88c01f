import Crypto
import Foundation

/// `MANIFEST.json` of an archive: every file with its size and digest, and what is missing and why.
///
/// Each entry is a line of a length that follows from the scan, so that the archive's length is known before a file was
/// read: digests have 64 digits, and what happened to a file is padded to one width.
package struct HomeManifest: Sendable {
    /// What happened to a file on its way into the archive.
    package enum State: String, Sendable, CaseIterable {
        case ok, changed, vanished, unreadable

        fileprivate static let width = 12
    }

    /// What is known of a file once it was read.
    package struct Digest: Sendable, Equatable {
        package let sha256: [UInt8]
        package let crc: UInt32
        package let state: State

        package init(sha256: [UInt8], crc: UInt32, state: State) {
            self.sha256 = sha256
            self.crc = crc
            self.state = state
        }
    }

    private let entries: [HomeEntry]
    private let problems: [HomeProblem]
    private let names: [String]

    /// `names` are those of the entries in the archive, in their order.
    package init(_ scan: HomeScan, names: [String]) {
        entries = scan.entries
        problems = scan.problems
        self.names = names
    }

    /// The length of the text, in bytes, whatever the digests will be.
    package var length: Int { text { _ in Self.unknown }.count }

    private static let unknown = Digest(sha256: [UInt8](repeating: 0, count: 32), crc: 0, state: .ok)

    /// The text, with the digest of the file at each index of the entries.
    package func text(_ digest: (Int) -> Digest) -> [UInt8] {
        var lines: [String] = []
        var leaves = SHA256()
        for index in entries.indices {
            let line = Self.line(entries[index], name: names[index], digest: digest(index))
            leaves.update(data: Array(line.utf8))
            lines.append(line)
        }
        let missing = problems.map { problem in
            #"{"path":\#(Self.quoted(problem.shownPath)),"reason":"\#(problem.reason.rawValue)"}"#
        }
        let root = ByteText.hexadecimal(leaves.finalize())
        return Array(
            """
            {"format":"hubfleet home archive","version":1,"root":"\(root)",
            "entries":[
            \(lines.joined(separator: ",\n"))
            ],
            "missing":[
            \(missing.joined(separator: ",\n"))
            ]}

            """.utf8)
    }

    /// The line of an entry, of which the digest is read for files alone.
    static func line(_ entry: HomeEntry, name: String, digest: Digest) -> String {
        var fields = [#""path":\#(Self.quoted(name))"#]
        switch entry.kind {
        case .directory: fields.append(#""type":"folder""#)
        case .file(let size): fields.append(#""type":"file","size":\#(size)"#)
        case .link(let target): fields.append(#""type":"link","target":\#(Self.quoted(ByteText.readable(target)))"#)
        }
        let mode = String(entry.permissions, radix: 8)
        fields.append(
            #""mode":"\#(String(repeating: "0", count: max(0, 4 - mode.count)) + mode)","mtime":\#(entry.modified)"#)
        if case .file = entry.kind {
            let state = #""state":"\#(digest.state.rawValue)""#
            let pad = String(repeating: " ", count: State.width - digest.state.rawValue.count)
            fields.append(#""sha256":"\#(ByteText.hexadecimal(digest.sha256))",\#(state)\#(pad)"#)
        }
        return "{\(fields.joined(separator: ","))}"
    }

    /// A string as JSON has it.
    static func quoted(_ text: String) -> String {
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
