import Texts

/// The lines of `MANIFEST.json` in an archive: every file with its size and digest, and what is missing and why.
///
/// Each entry is a line of a length that follows from the scan, so that the archive's length is known before a file was
/// read: digests have 64 digits, and what happened to a file is padded to one width.
///
/// The last line is the root: SHA-256 over all bytes before it. So no line can be changed without being seen.
package struct ManifestLines: Sendable {
    /// Room for the name of a file's state, in bytes.
    private static let stateWidth = 12

    package init() {}

    /// The form of manifests. In the first, the root covered the entries alone.
    static let version = 2

    static func head(owner: ExactText) -> [UInt8] {
        let format = #"{"format":"hubfleet home archive","version":\#(version),"#
        return Array(#"\#(format)"owner":\#(quoted(owner.text)),\#n"entries":[\#n"#.utf8)
    }
    static let middle = Array("\n],\n\"missing\":[\n".utf8)
    /// The lines between what is missing and the root. `tree`: the digest of the entries.
    static func tail(tree: String) -> [UInt8] { Array("\n],\n\"tree\":\"\(tree)\",\n".utf8) }
    /// The last line.
    static func end(root: String) -> [UInt8] { Array("\"root\":\"\(root)\"}\n".utf8) }
    /// The bytes behind what is missing, whatever the digests.
    static let endLength = tail(tree: "").count + end(root: "").count + 2 * 64

    /// The line of a file, folder or link, without the comma behind it. The tree digest of a home is SHA-256 over all of
    /// them.
    package func line(_ entry: HomeEntry, _ digest: FileDigest) -> [UInt8] {
        var line: [UInt8] = []
        append(entry, digest, to: &line)
        return line
    }

    /// Adds that line to a text, byte by byte: there may be millions of them.
    func append(_ entry: HomeEntry, _ digest: FileDigest, to text: inout [UInt8]) {
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
            let end = text.count + Self.stateWidth
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

    /// The text between the quotes of a JSON string.
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
