import Homes

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
