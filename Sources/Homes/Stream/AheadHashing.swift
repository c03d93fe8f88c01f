import Crypto
import Foundation
import Synchronization

/// Hashes files before their turn comes, so that a second core works: SHA-256 of one file cannot be split.
///
/// Such a file is read twice, the second time from memory as a rule: so only files of middling size are taken, and no more
/// than a gigabyte before the stream. Who reads a file for the archive says at its end whether it was still the same.
final class AheadHashing: Sendable {
    private struct State {
        /// Files that this thread has taken.
        var taken: Set<Int> = []
        /// Of files that stayed the same while they were hashed.
        var digests: [Int: (sha256: [UInt8], version: FileVersion)] = [:]
        /// The file at which the stream is, and the bytes of all files before it.
        var reached = 0
        var bytesReached: Int64 = 0
        var isClosed = false
        /// Nobody wants the digests any more.
        var isAbandoned = false
    }

    private static let sizes: ClosedRange<Int64> = 1 << 22...1 << 30
    private static let window: Int64 = 1 << 30
    private let state = Mutex(State())
    private let moved = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)

    init(_ snapshot: HomeSnapshot, _ table: DigestTable) {
        let thread = Thread { [self] in
            defer { finished.signal() }
            // What it cannot read, the stream will, or say why not.
            try? work(snapshot, table)
        }
        thread.name = "hash ahead"
        thread.start()
    }

    /// The stream comes to a file.
    ///
    /// `before`: the bytes of all files before it.
    /// Returns whether its digest comes from here.
    func reach(_ index: Int, before: Int64) -> Bool {
        defer { moved.signal() }
        return state.withLock { state in
            state.reached = index
            state.bytesReached = before
            return state.taken.contains(index)
        }
    }

    /// How many files are hashed.
    var count: Int { state.withLock { $0.digests.count } }

    /// The digests of all files that were taken. No more are taken then.
    func finish() -> [Int: (sha256: [UInt8], version: FileVersion)] {
        close()
        finished.wait()
        finished.signal()
        return state.withLock { $0.digests }
    }

    /// Lets the thread end at once.
    func abandon() {
        state.withLock { $0.isAbandoned = true }
        close()
    }

    /// Lets the thread end once its file is done.
    private func close() {
        state.withLock { $0.isClosed = true }
        moved.signal()
    }

    private func work(_ snapshot: HomeSnapshot, _ table: DigestTable) throws {
        let files = try HomeFiles(snapshot.summary.home)
        // What was written to just now may be written to again: it is hashed as it is given.
        let quiet = Int64((snapshot.summary.taken.timeIntervalSince1970 - 2) * 1e9)
        var (index, before) = (-1, Int64(0))
        var reader = try EntryFileReader(snapshot.entriesPath)
        while let record = try reader.next() {
            guard case .entry(let entry, let data) = record.content, entry.isFile else { continue }
            index += 1
            defer { before += entry.size }
            guard Self.sizes.contains(entry.size), data == nil, entry.version.changed < quiet,
                try table.slot(index).progress == .unread
            else { continue }
            guard let mayTake = waitForTurn(index, before) else { return }
            if mayTake, let found = try digest(entry, files) { state.withLock { $0.digests[index] = found } }
        }
    }

    /// Whether the file is still to come; nil when there is no more to do.
    private func waitForTurn(_ index: Int, _ before: Int64) -> Bool? {
        while true {
            let answer: Bool?? = state.withLock { state in
                if state.isClosed { return .some(nil) }
                if state.reached >= index { return .some(false) }
                guard before - state.bytesReached <= Self.window else { return nil }
                state.taken.insert(index)
                return .some(true)
            }
            if let answer { return answer }
            moved.wait()
        }
    }

    private func digest(_ entry: HomeEntry, _ files: HomeFiles) throws -> (sha256: [UInt8], version: FileVersion)? {
        guard case .file(let file, let version) = try files.open(entry), version == entry.version else { return nil }
        var sha = SHA256()
        var offset: Int64 = 0
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: ArchiveStream.pieceSize, alignment: 16)
        defer { piece.deallocate() }
        while offset < entry.size {
            let count = pread(file.number, piece.baseAddress, piece.count, off_t(offset))
            if count < 0, errno == EINTR { continue }
            guard count > 0, !state.withLock({ $0.isAbandoned }) else { return nil }
            sha.update(bufferPointer: UnsafeRawBufferPointer(rebasing: piece[..<count]))
            offset += Int64(count)
        }
        var status = stat()
        guard offset == entry.size, fstat(file.number, &status) == 0, FileVersion(status) == version else { return nil }
        return (Array(sha.finalize()), version)
    }
}
