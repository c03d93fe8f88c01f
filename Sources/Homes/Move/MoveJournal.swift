import Foundation

/// What a move wrote into one home: a line of JSON for each thing, written before the thing gets its name. So whatever ends
/// the process, a later run knows what it may replace and remove.
final class MoveJournal {
    private struct Line: Codable {
        var format: String?
        var version: Int?
        var source: String?
        var wrote: String?
        var removed: String?
        var kind: String?
        var size: Int64?
        var mtime: Int64?
    }

    private struct State {
        let kind: FileFacts.Kind
        let size: Int64
        let modified: Int64
    }

    private static let format = "hubfleet home move"
    private let path: String
    private let descriptor: Int32
    /// The last two states of each: the process may have ended before the last one got its name.
    private var written: [[UInt8]: [State]] = [:]
    private var lastSync = ContinuousClock.now
    private let encoder = JSONEncoder()

    /// - Parameters:
    ///   - path: the file; made if it is missing, unless it is only to be read.
    ///   - source: the home that is moved.
    ///   - isReadOnly: whether nothing is to be written.
    /// - Throws: `HomeError.brokenState` when it is damaged or of another source, and `HomeError.notWritten`.
    init(_ path: String, source: String, isReadOnly: Bool) throws {
        self.path = path
        let data = FileManager.default.contents(atPath: path) ?? Data()
        let whole = data.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        descriptor = isReadOnly ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard isReadOnly || descriptor >= 0 else {
            throw HomeError.notWritten(path, reason: String(cString: strerror(errno)))
        }
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // What comes after the last line break was cut off when a process ended.
        if descriptor >= 0, whole < data.count { ftruncate(descriptor, off_t(whole)) }
        try read(data[..<whole], source: source)
        if whole == 0, descriptor >= 0 { try append(Line(format: Self.format, version: 1, source: source)) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    private func read(_ data: Data, source: String) throws {
        let decoder = JSONDecoder()
        for (index, text) in data.split(separator: 0x0A).enumerated() {
            guard let line = try? decoder.decode(Line.self, from: Data(text)) else {
                throw HomeError.brokenState(path, reason: "line \(index + 1) is damaged")
            }
            if index == 0 {
                guard line.format == Self.format, line.version == 1 else {
                    throw HomeError.brokenState(path, reason: "it is no journal of this version of Hubfleet")
                }
                guard line.source == source else {
                    throw HomeError.brokenState(
                        path, reason: "what is in the target came from \(line.source ?? "elsewhere") before")
                }
            } else if let name = line.wrote, let kind = line.kind.flatMap(FileFacts.Kind.init) {
                remember(
                    Self.bytes(name), State(kind: kind, size: line.size ?? 0, modified: line.mtime ?? 0))
            } else if let name = line.removed {
                written[Self.bytes(name)] = nil
            }
        }
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
        var bytes = [UInt8](try encoder.encode(line))
        bytes.append(0x0A)
        // One call, so that a line is there or not.
        guard write(descriptor, bytes, bytes.count) == bytes.count else {
            throw HomeError.notWritten(path, reason: String(cString: strerror(errno)))
        }
        // A journal that lacks the last second after a power cut makes a run careful, not wrong.
        if ContinuousClock.now - lastSync > .seconds(1) {
            fsync(descriptor)
            lastSync = .now
        }
    }

    /// The bytes of what `ByteText.readable` made text.
    static func bytes(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let first = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if first == UInt8(ascii: "%"), digits.utf8.count == 2, let byte = UInt8(digits, radix: 16) {
                bytes.append(byte)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(first)
            }
        }
        return bytes
    }
}

/// Times of files on disks that keep less than nanoseconds.
enum FileTime {
    /// Whether a disk that was given a time would have kept it like this: some have steps of 100 ns or of 1 µs.
    static func isSame(_ given: Int64, kept: Int64) -> Bool {
        given == kept
            || [100, 1000].contains { step in
                kept.isMultiple(of: step) && given.subtractingReportingOverflow(modulo(given, step)) == (kept, false)
            }
    }

    private static func modulo(_ number: Int64, _ step: Int64) -> Int64 {
        let rest = number % step
        return rest < 0 ? rest + step : rest
    }
}
