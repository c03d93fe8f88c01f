import Synchronization
import Texts

/// The scans of which something is being sent.
final class SnapshotUses: Sendable {
    private let counts = Mutex<[ExactText: Int]>([:])

    func contains(_ folder: String) -> Bool { counts.withLock { $0[folder.exact] != nil } }

    func add(_ folder: String) { counts.withLock { $0[folder.exact, default: 0] += 1 } }

    func remove(_ folder: String) {
        counts.withLock { counts in
            let rest = counts[folder.exact, default: 1] - 1
            counts[folder.exact] = rest > 0 ? rest : nil
        }
    }
}
