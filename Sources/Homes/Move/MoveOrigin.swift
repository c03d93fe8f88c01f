import Crypto
import FleetTools
import Foundation

/// Where a home came from: the folder of the old side's homes, and its own in it.
struct MoveOrigin: Equatable {
    let root: String
    /// As `ByteText.readable` writes it.
    let folder: String

    init(root: String, folder: String) {
        self.root = root
        self.folder = folder
    }

    /// Reads what `text` is.
    init(_ text: String) {
        let parts = text.split(separator: "/")
        root = "/" + parts.dropLast().joined(separator: "/")
        folder = String(parts.last ?? "")
    }

    var text: String { (root == "/" ? "" : root) + "/" + folder }

    /// The same place by another name is no other place.
    func isSame(as other: MoveOrigin) -> Bool {
        folder == other.folder && (root == other.root || RealPath.of(root) == RealPath.of(other.root))
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

    /// What a journal says of its home as a whole.
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
        guard String(decoding: file, as: UTF8.self).hasSuffix(suffix),
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
        guard let origin = summary.origin, origin.root != root else { return }
        let file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw HomeError.notWritten(path, reason: String(cString: strerror(errno))) }
        defer { close(file) }
        let moved = MoveOrigin(root: root, folder: origin.folder)
        let bytes = try Line(moved, target: summary.target).bytes(by: makeEncoder())
        guard write(file, bytes, bytes.count) == bytes.count else {
            throw HomeError.notWritten(path, reason: String(cString: strerror(errno)))
        }
    }
}

/// The homes that a move copied before, and would not copy now: their home is gone, or goes to another folder.
struct EarlierCopies {
    private let settings: MoveSettings
    /// All that could be moved now, chosen or not.
    private let homes: [HomeNames.Home]
    private let chosen: Set<String>?

    init(_ settings: MoveSettings, homes: [HomeNames.Home], chosen: [HomeNames.Home]) {
        self.settings = settings
        self.homes = homes
        self.chosen = settings.users.isEmpty ? nil : Set(chosen.map { ByteText.readable($0.folder) })
    }

    /// Those that are still on the target; with `hasMoved`, their journals learn where the old side is now.
    /// - Throws: `HomeError.notWritten`.
    func find() throws -> [MoveResult.Copy] {
        let folder = settings.stateFolder + "/homes"
        let current = Set(homes.map { MoveJournal.path(in: settings.stateFolder, for: $0.target) })
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let others = names.sorted().map { folder + "/" + $0 }.filter { !current.contains($0) }
        guard !others.isEmpty else { return [] }
        let (here, roots) = (RealPath.of(settings.from), roots(current))
        return try others.compactMap { journal in
            guard let summary = MoveJournal.summary(journal), summary.hasWritten, isThere(summary.target) else {
                return nil
            }
            // What came from another hub is another move's.
            if let origin = summary.origin {
                guard roots.contains(RealPath.of(origin.root)) else { return nil }
                if settings.hasMoved, !settings.isReadOnly {
                    try MoveJournal.adopt(journal, summary, root: here)
                }
            }
            if let chosen, !(summary.origin.map { chosen.contains($0.folder) } ?? false) { return nil }
            return copy(summary, journal)
        }
    }

    /// Where the old side is and, when that is said to have changed, where it was.
    private func roots(_ journals: Set<String>) -> Set<String> {
        let earlier = settings.hasMoved ? journals.compactMap { MoveJournal.summary($0)?.origin?.root } : []
        return Set(([settings.from] + earlier).map(RealPath.of))
    }

    private func isThere(_ target: [UInt8]) -> Bool {
        var status = stat()
        return CString.with(Array((settings.to + "/").utf8) + target) { lstat($0, &status) } == 0
    }

    private func copy(_ summary: MoveJournal.Summary, _ journal: String) -> MoveResult.Copy {
        let folder = summary.origin?.folder
        let now = homes.first { ByteText.readable($0.folder) == folder }
        let why: String
        if let now {
            why = "that home goes to \(ByteText.readable(now.target)) now"
        } else {
            why = folder == nil ? "its journal is damaged" : "there is no such home in \(settings.from) any more"
        }
        return MoveResult.Copy(folder: folder, target: ByteText.readable(summary.target), why: why, journal: journal)
    }
}
