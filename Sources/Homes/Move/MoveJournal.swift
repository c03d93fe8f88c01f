import FleetTools
import Foundation

/// The journal of what a move wrote into one home: a line for each thing, written before it gets its name. So whatever ends
/// the process, a later run knows what it may replace and remove.
final class MoveJournal {
    /// A line of the journal: the origin of the home, or a thing that was written or removed.
    struct Line: Codable {
        var format: String?
        var version: Int?
        var source: String?
        var target: String?
        var wrote: String?
        var removed: String?
        var kind: String?
        var size: Int64?
        var mtime: Int64?

        func bytes(by encoder: JSONEncoder) throws -> [UInt8] { [UInt8](try encoder.encode(self)) + [0x0A] }
    }

    /// The state of a thing as it was written.
    private struct State {
        let kind: FileFacts.Kind
        let size: Int64
        let modified: Int64
    }

    static let format = "hubfleet home move"
    private let path: String
    private let descriptor: Int32
    /// The last two states of each: the process may have ended before the last one got its name.
    private var written: [[UInt8]: [State]] = [:]
    private let time: any TimeSource
    private var lastSync: ContinuousClock.Instant
    private let encoder = MoveJournal.makeEncoder()

    /// Makes the file if it is missing, unless nothing is to be written.
    ///
    /// Throws `HomeError.brokenState` when it is damaged, `MoveError` when it is of another source, and
    /// `HomeError.notWritten`.
    init(_ home: MoveNames.Home, _ settings: MoveSettings) throws {
        time = settings.time
        lastSync = settings.time.instant
        path = MoveJournal.path(in: settings.stateFolder, for: home.target)
        let data = FileManager.default.contents(atPath: path) ?? Data()
        let whole = data.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        descriptor =
            settings.isReadOnly ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard settings.isReadOnly || descriptor >= 0 else {
            throw HomeError.notWritten(path, reason: SystemError("open").reason)
        }
        // What comes after the last line break was cut off when a process ended.
        if descriptor >= 0, whole < data.count { ftruncate(descriptor, off_t(whole)) }
        let earlier = try read(data[..<whole])
        let origin = MoveOrigin(root: RealPath.of(settings.from), folder: ByteText.readable(home.folder))
        if let earlier, earlier.isSame(as: origin) { return }
        if let earlier { try check(origin, after: earlier, home, settings) }
        try append(Line(origin, target: home.target))
    }

    static func makeEncoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Throws `MoveError`, unless the old side is said to be elsewhere now.
    private func check(
        _ origin: MoveOrigin, after earlier: MoveOrigin, _ home: MoveNames.Home, _ settings: MoveSettings
    ) throws {
        let target = settings.to + "/" + ByteText.readable(home.target)
        guard origin.folder == earlier.folder else {
            throw MoveError.copiedFromOther(target, from: earlier.text, and: origin.text, journal: path)
        }
        guard settings.hasMoved else {
            throw MoveError.copiedFromElsewhere(target, from: earlier.text, and: origin.text)
        }
    }

    /// Returns where the home came from, as the last line about it says; nil when there is none.
    private func read(_ data: Data) throws -> MoveOrigin? {
        var origin: MoveOrigin?
        let decoder = JSONDecoder()
        for (index, text) in data.split(separator: 0x0A).enumerated() {
            guard let line = try? decoder.decode(Line.self, from: Data(text)) else {
                throw HomeError.brokenState(path, reason: "line \(index + 1) is damaged")
            }
            if index == 0 || line.format != nil {
                guard line.format == Self.format, line.version == 1, let source = line.source else {
                    throw HomeError.brokenState(path, reason: "it is no journal of this version of Hubfleet")
                }
                origin = MoveOrigin(source)
            } else if let name = line.wrote, let kind = line.kind.flatMap(FileFacts.Kind.init) {
                remember(
                    ByteText.bytes(Array(name.utf8)), State(kind: kind, size: line.size ?? 0, modified: line.mtime ?? 0)
                )
            } else if let name = line.removed {
                written[ByteText.bytes(Array(name.utf8))] = nil
            }
        }
        return origin
    }

    private func remember(_ path: [UInt8], _ state: State) {
        written[path] = (written[path] ?? []).suffix(1) + [state]
    }

    /// Says that a thing is about to get its name.
    func wrote(_ path: [UInt8], _ facts: FileFacts) throws {
        let isFolder = facts.kind == .folder
        remember(path, State(kind: facts.kind, size: facts.size, modified: facts.modified))
        try append(
            Line(
                wrote: ByteText.readable(path), kind: facts.kind.rawValue, size: isFolder ? nil : facts.size,
                mtime: isFolder ? nil : facts.modified))
    }

    /// Says that a thing was removed.
    func removed(_ path: [UInt8]) throws {
        written[path] = nil
        try append(Line(removed: ByteText.readable(path)))
    }

    /// Whether this move wrote what has the path.
    func hasWritten(_ path: [UInt8]) -> Bool { written[path] != nil }

    /// Whether what is there now is what this move wrote: nobody has changed it since.
    func isOurs(_ path: [UInt8], _ now: FileFacts) -> Bool {
        (written[path] ?? []).contains { state in
            guard state.kind == now.kind else { return false }
            return state.kind == .folder
                || state.size == now.size && FileTime.isSame(state.modified, kept: now.modified)
        }
    }

    /// Makes sure that all lines are on the disk.
    func sync() { if descriptor >= 0 { fsync(descriptor) } }

    private func append(_ line: Line) throws {
        guard descriptor >= 0 else { return }
        let bytes = try line.bytes(by: encoder)
        // One call, so that a line is there or not.
        guard write(descriptor, bytes, bytes.count) == bytes.count else {
            throw HomeError.notWritten(path, reason: SystemError("write").reason)
        }
        // A journal that lacks the last second after a power cut makes a run careful, not wrong.
        let now = time.instant
        if now - lastSync > .seconds(1) {
            fsync(descriptor)
            lastSync = now
        }
    }
}

extension MoveJournal.Line {
    /// The first line, and one for each time that the old side is elsewhere.
    init(_ origin: MoveOrigin, target: [UInt8]) {
        self.init(
            format: MoveJournal.format, version: 1, source: origin.text, target: ByteText.readable(target))
    }
}
