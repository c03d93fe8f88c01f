import Dispatch
import Homes

/// Runs what waits for disks on threads of its own: requests go on meanwhile.
final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(_ label: String) { queue = DispatchQueue(label: label) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}

/// One piece of work that waits for disks.
actor BlockingWork {
    private let executor: BlockingExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ label: String) { executor = BlockingExecutor(label) }

    func run<Result: Sendable>(_ body: @Sendable () throws -> Result) rethrows -> Result { try body() }
}

/// A stream of an archive, read apart from the requests.
actor ArchivePump {
    private let executor = BlockingExecutor("archive")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let stream: ArchiveStream

    init(
        _ snapshot: HomeSnapshot, _ format: ArchiveFormat, _ range: Range<UInt64>,
        isWanted: @escaping @Sendable () -> Bool
    ) throws {
        stream = try ArchiveStream(
            snapshot, format, from: range.lowerBound, to: range.upperBound, pieceSize: 1 << 16, isWanted: isWanted)
    }

    func next() throws -> [UInt8]? { try stream.next() }

    var result: ArchiveStream.Result? { stream.result }
}
