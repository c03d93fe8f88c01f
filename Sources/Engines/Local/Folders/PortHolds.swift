import FleetTools
import Synchronization

/// What holds a hub of this machine for its owner: its lock, and the ports that it was given.
struct LocalKeeper: Sendable {
    let file: FileLock
    let ports = PortHolds()
}

/// Ports that are kept for one hub as long as its lock is held: also while nobody listens on them yet.
final class PortHolds: Sendable {
    private let locks = Mutex<[Int: PortLock]>([:])

    /// - Returns: false when another run of Hubfleet keeps it.
    func hold(_ port: Int) -> Bool {
        locks.withLock { locks in
            if locks[port] == nil { locks[port] = PortLock(port) }
            return locks[port] != nil
        }
    }

    /// Gives back all others.
    func keep(only ports: [Int]) { locks.withLock { locks in locks = locks.filter { ports.contains($0.key) } } }
}
