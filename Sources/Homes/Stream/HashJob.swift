import Crypto
import Foundation
import Synchronization

/// Contents of files to be hashed, in the order of the archive.
struct HashJob: Sendable {
    enum Part: Sendable {
        case begin
        /// Where in the piece.
        case bytes(Range<Int>)
        /// So many zeros, which stand in no piece.
        case zeros(Int64)
        /// The end of the file with this number; its digest is still missing in the slot.
        case end(Int, DigestTable.Slot)
    }

    let piece: [UInt8]
    let parts: [Part]
}

/// Hashes files and notes what came of it.
struct FileHasher {
    private let table: DigestTable
    private var sha = SHA256()
    private static let zeros = [UInt8](repeating: 0, count: 1 << 16)

    init(_ table: DigestTable) { self.table = table }

    mutating func run(_ job: HashJob) throws {
        try job.piece.withUnsafeBytes { piece in
            for part in job.parts {
                switch part {
                case .begin: sha = SHA256()
                case .bytes(let range): sha.update(bufferPointer: UnsafeRawBufferPointer(rebasing: piece[range]))
                case .zeros(var count):
                    while count > 0 {
                        let next = min(count, Int64(Self.zeros.count))
                        Self.zeros.withUnsafeBytes {
                            sha.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<Int(next)]))
                        }
                        count -= next
                    }
                case .end(let index, var slot):
                    slot.sha256 = Array(sha.finalize())
                    slot.progress = .done
                    try table.settle(index, slot)
                }
            }
        }
    }
}

/// Hashes on a thread of its own, so that reading and hashing take both cores. At most 16 pieces wait.
final class HashThread: Sendable {
    private struct State {
        var jobs: [HashJob] = []
        var isClosed = false
        var failure: (any Error)?
    }

    private let state = Mutex(State())
    private let waiting = DispatchSemaphore(value: 0)
    private let room = DispatchSemaphore(value: 16)
    private let finished = DispatchSemaphore(value: 0)

    init(_ table: DigestTable) {
        let thread = Thread { [self] in work(FileHasher(table)) }
        thread.name = "hash"
        thread.start()
    }

    func add(_ job: HashJob) {
        room.wait()
        state.withLock { $0.jobs.append(job) }
        waiting.signal()
    }

    /// Waits until all is hashed; nothing may be added then.
    /// - Throws: what went wrong with the table of digests.
    func finish() throws {
        close()
        finished.wait()
        finished.signal()
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// Lets the thread end.
    func close() {
        state.withLock { $0.isClosed = true }
        waiting.signal()
    }

    private func work(_ hasher: FileHasher) {
        var hasher = hasher
        defer { finished.signal() }
        while true {
            waiting.wait()
            guard let job = state.withLock({ $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }) else { return }
            room.signal()
            do {
                try hasher.run(job)
            } catch {
                state.withLock { $0.failure = error }
            }
        }
    }
}
