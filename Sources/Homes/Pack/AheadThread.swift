import FleetTools
import Foundation
import Synchronization

/// A second thread that works for an archive before its turn comes: it makes sections, and hashes large files some
/// at a time. What it has not begun when its turn comes, the stream does itself.
final class AheadThread: Sendable {
    /// The digest of a file that stayed the same while it was hashed.
    struct Digest {
        let sha256: [UInt8]
        /// The checksum of the bytes that were hashed: a write through the memory may leave a file's times as they are.
        let crc: UInt32
        let version: FileVersion
    }

    /// The outcome of a file that was hashed.
    enum Outcome {
        case same(Digest)
        /// The file was not what was scanned, or not to its end.
        case changed
    }

    /// The state that the stream and the thread share.
    private struct State {
        var sections: [SectionJob] = []
        var renderer: (table: DigestTable, format: ArchiveFormat)?
        /// Large files that nobody has begun, in the order of the archive.
        var offered: [LargeFile] = []
        /// The last one of them all.
        var lastOffered = -1
        /// Files that this thread has begun, until the stream has their digests.
        var taken: Set<Int> = []
        var outcomes: [Int: Outcome] = [:]
        /// The file at which the stream is, and the bytes of all files that it has passed.
        var reached = -1
        var bytesReached: Int64 = 0
        var isClosed = false
        /// Whether nobody wants anything any more.
        var isAbandoned = false
    }

    /// Large files that wait, at most.
    private static let queue = 10_000
    /// The lead before the stream, in bytes: what is read for the second time must still be in memory.
    private static let window: Int64 = 1 << 30

    private let state = Mutex(State())
    /// There is more to do, or the stream has moved.
    private let moved = DispatchSemaphore(value: 0)
    /// A section was made.
    private let made = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)
    private let time: any TimeSource
    private let hashed: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - home: its path.
    ///   - user: whom this process acts as.
    ///   - time: tells which files were written to just now.
    ///   - hashed: is told the number of each file that is hashed.
    init(
        _ home: String, as user: ProcessUser = .current, time: any TimeSource = SystemTime(),
        hashed: @escaping @Sendable (_ index: Int) -> Void = { _ in }
    ) {
        self.time = time
        self.hashed = hashed
        let thread = Thread { [self] in
            defer { finished.signal() }
            // Without the home, the stream says why.
            if let files = try? HomeFiles(home, as: user) { work(files) }
        }
        thread.name = "ahead"
        thread.start()
    }

    // MARK: - For the stream

    /// Says for what archive sections are to be made.
    func begin(_ table: DigestTable, _ format: ArchiveFormat) { state.withLock { $0.renderer = (table, format) } }

    /// Gives it a file to hash when it is a large one, if there is time. Files come in the order of the archive; one that
    /// came before is left.
    ///
    /// - Parameters:
    ///   - entry: what was scanned.
    ///   - data: where it has bytes, if it has holes.
    ///   - index: its number among the files.
    ///   - before: the bytes of all files before it.
    func offer(_ entry: HomeEntry, data: [Range<Int64>]?, index: Int, before: Int64) {
        guard let file = LargeFile(entry, data: data, index: index, before: before, time) else { return }
        let isNew = state.withLock { state in
            guard file.index > max(state.lastOffered, state.reached), state.offered.count < Self.queue else {
                return false
            }
            state.lastOffered = file.index
            state.offered.append(file)
            return true
        }
        if isNew { moved.signal() }
    }

    /// Gives it a section to make, if there is time.
    func add(_ job: SectionJob) {
        state.withLock { $0.sections.append(job) }
        moved.signal()
    }

    /// The bytes of a section that was added, and is forgotten then; `render` makes one.
    func takeSection(_ job: SectionJob, _ render: (ArchiveSection) throws -> [UInt8]) throws -> [UInt8] {
        defer { state.withLock { $0.sections.removeAll { $0 === job } } }
        while true {
            if let section = job.take() { return try render(section) }
            if let result = job.result { return try result.get() }
            // Better than to wait.
            if let (other, section) = nextSection() {
                other.finish(Result { try render(section) })
            } else {
                made.wait()
            }
        }
    }

    /// The stream comes to a large file.
    ///
    /// Returns whether its digest comes from here.
    func reach(_ index: Int) -> Bool {
        state.withLock { state in
            state.reached = index
            state.offered.removeAll { $0.index <= index }
            return state.taken.contains(index)
        }
    }

    /// The stream has passed so many bytes of files.
    func pass(_ bytes: Int64) {
        state.withLock { $0.bytesReached = bytes }
        moved.signal()
    }

    /// The outcome of a file that was taken; nil as long as it is hashed.
    func takeOutcome(_ index: Int) -> Outcome? {
        state.withLock { state in
            guard let outcome = state.outcomes.removeValue(forKey: index) else { return nil }
            state.taken.remove(index)
            return outcome
        }
    }

    /// Waits until all that was begun is done; nothing else is begun.
    func finish() {
        state.withLock {
            $0.isClosed = true
            $0.bytesReached = .max / 2
        }
        moved.signal()
        finished.wait()
        finished.signal()
    }

    /// Lets the thread end at once.
    func abandon() {
        state.withLock { $0.isAbandoned = true }
        moved.signal()
    }

    // MARK: - The thread

    private func work(_ files: HomeFiles) {
        while !state.withLock({ $0.isAbandoned }) {
            if let first = nextLarge() {
                var first = Optional(first)
                hash(files) {
                    defer { first = nil }
                    return first ?? self.nextLarge()
                }
            } else if let (job, section) = nextSection(), let renderer = state.withLock({ $0.renderer }) {
                job.finish(Result { try SectionRenderer(files, renderer.table, renderer.format).render(section) })
                made.signal()
            } else if state.withLock({ $0.isClosed }) {
                return
            } else {
                moved.wait()
            }
        }
    }

    private func nextSection() -> (SectionJob, ArchiveSection)? {
        state.withLock { state in
            for job in state.sections {
                if let section = job.take() { return (job, section) }
            }
            return nil
        }
    }

    /// Takes a large file that is not too far away.
    private func nextLarge() -> LargeFile? {
        state.withLock { state in
            guard !state.isClosed, let first = state.offered.first, first.before - state.bytesReached <= Self.window
            else { return nil }
            state.taken.insert(first.index)
            return state.offered.removeFirst()
        }
    }

    private func hash(_ files: HomeFiles, _ next: () -> LargeFile?) {
        LaneHashing.run {
            while let large = next() {
                if let source = LargeFileSource(large, files, mayRead: waitFor) { return source }
                state.withLock { $0.outcomes[large.index] = .changed }
            }
            return nil
        } done: { source, digest in
            let found = Digest(sha256: digest, crc: source.crc.value, version: source.version)
            let outcome = source.isWhole ? Outcome.same(found) : .changed
            state.withLock { $0.outcomes[source.index] = outcome }
            hashed(source.index)
        }
    }

    /// Waits until the stream is near a place among the bytes of all files.
    ///
    /// Returns false when nobody wants anything any more.
    private func waitFor(_ place: Int64) -> Bool {
        while true {
            let answer: Bool? = state.withLock { state in
                if state.isAbandoned { return false }
                return place - state.bytesReached <= Self.window ? true : nil
            }
            if let answer { return answer }
            moved.wait()
        }
    }
}
