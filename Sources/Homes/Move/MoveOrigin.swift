import Crypto
import FleetTools
import Foundation
import Texts

/// The origin of a home: the folder of the old side's homes, and its own in it.
struct MoveOrigin: Equatable {
    let root: ExactText
    /// The name of the home's folder, as `ByteText.readable` writes it.
    let folder: ExactText

    init(root: String, folder: String) {
        self.root = root.exact
        self.folder = folder.exact
    }

    /// Reads what `text` is.
    init(_ text: String) {
        let parts = text.exact.split(at: "/").filter { !$0.isEmpty }.map(\.text)
        self.init(root: "/" + parts.dropLast().joined(separator: "/"), folder: parts.last ?? "")
    }

    var text: String { (root == "/" ? "" : root.text) + "/" + folder.text }

    /// Whether both are one place; another name of a place is no other place.
    func isSame(as other: MoveOrigin) -> Bool {
        folder == other.folder
            && (root == other.root || RealPath.of(root.text).exact == RealPath.of(other.root.text).exact)
    }
}

extension MoveJournal {
    private static let suffix = ".jsonl"

    /// The file of a home's journal.
    static func path(in state: String, for target: [UInt8]) -> String { "\(state)/homes/\(name(target))" }

    /// Names can be as long as the system allows; the suffix must fit too.
    private static func name(_ target: [UInt8]) -> String {
        let name = ByteText.readable(target)
        guard name.utf8.count > 200 else { return name + suffix }
        return String(decoding: name.utf8.prefix(100), as: UTF8.self) + "-"
            + ByteText.hexadecimal(SHA256.hash(data: target)) + suffix
    }

    /// The facts that a journal tells about its home as a whole.
    struct Summary {
        /// Nil when the journal is damaged.
        var origin: MoveOrigin?
        var target: [UInt8]
        /// Whether anything of it was written.
        var hasWritten = false
    }

    /// Reads as little as possible: journals can be large.
    ///
    /// Returns nil for what is no journal.
    static func summary(_ path: String) -> Summary? {
        let file = FolderChain.split(Array(path.utf8)).name
        guard file.suffix(suffix.utf8.count).elementsEqual(suffix.utf8),
            let data = FileManager.default.contents(atPath: path)
        else { return nil }
        var summary = Summary(target: ByteText.bytes(Array(file.dropLast(suffix.utf8.count))))
        let (head, decoder) = (Array("{\"format\"".utf8), JSONDecoder())
        for text in data.split(separator: 0x0A) {
            guard text.starts(with: head) else {
                summary.hasWritten = true
                continue
            }
            guard let line = try? decoder.decode(Line.self, from: Data(text)) else { continue }
            summary.origin = line.source.map { MoveOrigin($0) } ?? summary.origin
            summary.target = line.target.map { ByteText.bytes(Array($0.utf8)) } ?? summary.target
        }
        return summary
    }

    /// Says in the journal of a home that is not moved any more where its old side is now.
    static func adopt(_ path: String, _ summary: Summary, root: String) throws {
        guard let origin = summary.origin, origin.root != root.exact else { return }
        let file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw HomeError.notWritten(path, reason: SystemError("open").reason) }
        defer { close(file) }
        let moved = MoveOrigin(root: root, folder: origin.folder.text)
        let bytes = try Line(moved, target: summary.target).bytes(by: makeEncoder())
        guard write(file, bytes, bytes.count) == bytes.count else {
            throw HomeError.notWritten(path, reason: SystemError("write").reason)
        }
    }
}
