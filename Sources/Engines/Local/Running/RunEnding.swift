import Synchronization

/// How a run of a hub ends: who runs it can say so until then.
final class RunEnding: Sendable {
    private struct State {
        var leavesServers: Bool
        var isHandedOver = false
    }

    private let state: Mutex<State>

    /// - Parameter leavesServers: whether servers of users go on, whatever the run ends with, for the next one to find them.
    init(leavesServers: Bool = false) { state = Mutex(State(leavesServers: leavesServers)) }

    var leavesServers: Bool { state.withLock { $0.leavesServers } }

    /// Whether the hub was ended for another run to begin, so that it is not started again by this one.
    var isHandedOver: Bool { state.withLock { $0.isHandedOver } }

    /// To be called before the hub is killed.
    func handOver() { state.withLock { $0.isHandedOver = true } }

    /// To be called before the run is cancelled.
    func endServers() { state.withLock { $0.leavesServers = false } }
}
