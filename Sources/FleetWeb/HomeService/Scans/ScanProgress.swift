import Synchronization

/// The progress of a scan: things and bytes that were seen.
final class ScanProgress: Sendable {
    private let counts = Mutex<(things: Int, bytes: Int64)>((0, 0))

    var now: (things: Int, bytes: Int64) { counts.withLock { $0 } }

    func set(_ things: Int, _ bytes: Int64) { counts.withLock { $0 = (things, bytes) } }
}
