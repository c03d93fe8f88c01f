import Synchronization

/// How a run of a hub ends when it is cancelled: with all servers of users, unless somebody says otherwise before.
final class RunEnding: Sendable {
    private let leaves = Mutex(false)

    /// Whether servers of users go on, for the next run to find them.
    var leavesServers: Bool { leaves.withLock { $0 } }

    /// To be called before the run is cancelled.
    func leaveServers() { leaves.withLock { $0 = true } }
}
