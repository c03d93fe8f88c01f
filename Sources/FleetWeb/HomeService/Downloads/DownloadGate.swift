import Synchronization

/// Counts downloads, so that neither one user nor all of them take the disks from the servers.
final class DownloadGate: Sendable {
    enum Refusal: Error, Equatable { case tooManyOfUser, tooMany }

    private let counts = Mutex<[String: Int]>([:])
    private let limit: Int
    private let limitPerUser: Int

    init(limit: Int, limitPerUser: Int) {
        self.limit = limit
        self.limitPerUser = limitPerUser
    }

    /// - Throws: `Refusal`.
    func enter(_ user: String) throws {
        try counts.withLock { counts in
            guard counts[user, default: 0] < limitPerUser else { throw Refusal.tooManyOfUser }
            guard counts.values.reduce(0, +) < limit else { throw Refusal.tooMany }
            counts[user, default: 0] += 1
        }
    }

    func leave(_ user: String) {
        counts.withLock { counts in
            let rest = counts[user, default: 1] - 1
            counts[user] = rest > 0 ? rest : nil
        }
    }
}

/// A place among the downloads, and the scan that is sent; given back when nobody needs them any more.
final class GateTicket: Sendable {
    private let gate: DownloadGate
    private let uses: SnapshotUses
    private let user: String
    private let folder: String

    init(_ gate: DownloadGate, _ uses: SnapshotUses, _ user: String, _ folder: String) throws {
        try gate.enter(user)
        uses.add(folder)
        self.gate = gate
        self.uses = uses
        self.user = user
        self.folder = folder
    }

    deinit {
        uses.remove(folder)
        gate.leave(user)
    }
}
