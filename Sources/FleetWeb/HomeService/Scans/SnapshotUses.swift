import Synchronization

/// The scans of which something is being sent.
final class SnapshotUses: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    func contains(_ folder: String) -> Bool { counts.withLock { $0[folder] != nil } }

    func add(_ folder: String) { counts.withLock { $0[folder, default: 0] += 1 } }

    func remove(_ folder: String) {
        counts.withLock { counts in
            let rest = counts[folder, default: 1] - 1
            counts[folder] = rest > 0 ? rest : nil
        }
    }
}
