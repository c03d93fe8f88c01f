import Synchronization
import Texts

/// The count of downloads, so that neither one user nor all of them take the disks from the servers.
final class DownloadGate: Sendable {
    private let counts = Mutex<[ExactText: Int]>([:])
    private let limit: Int
    private let limitPerUser: Int

    /// - Parameters:
    ///   - limit: of all downloads at once.
    ///   - limitPerUser: of those of one user.
    init(limit: Int, limitPerUser: Int) {
        self.limit = limit
        self.limitPerUser = limitPerUser
    }

    /// - Throws: `DownloadRefusal.tooManyOfUser`, `.tooMany`.
    func enter(_ user: ExactText) throws {
        try counts.withLock { counts in
            guard counts[user, default: 0] < limitPerUser else { throw DownloadRefusal.tooManyOfUser }
            guard counts.values.reduce(0, +) < limit else { throw DownloadRefusal.tooMany }
            counts[user, default: 0] += 1
        }
    }

    func leave(_ user: ExactText) {
        counts.withLock { counts in
            let rest = counts[user, default: 1] - 1
            counts[user] = rest > 0 ? rest : nil
        }
    }
}
