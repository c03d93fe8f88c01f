import FleetTools
import Synchronization

/// What holds a hub of this machine for its owner: its locks, and the ports that it was given.
struct LocalKeeper: Sendable {
    /// How the line about the holder of a hub's lock begins while the keeper serves it.
    static let holder = "the keeper"

    /// Who changes the hub; nil for the keeper, which only serves it.
    let change: FileLock?
    /// Who serves the hub.
    let serving: ServingHold
    let ports = PortHolds()

    init(change: FileLock?, serving: FileLock?) {
        self.change = change
        self.serving = ServingHold(serving)
    }
}

/// The right to serve a hub, which can be given back before the right to change it.
final class ServingHold: Sendable {
    private let lock: Mutex<FileLock?>

    init(_ lock: FileLock?) { self.lock = Mutex(lock) }

    /// False while the keeper has it.
    var isHeld: Bool { lock.withLock { $0 != nil } }

    func giveBack() { lock.withLock { $0 = nil } }
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
