import FleetModel
import Synchronization

/// The right to change a hub. It is held as long as a copy of it lives; others are refused meanwhile.
package struct HubLock: Sendable {
    /// Lets one part of the program after the other change what is kept of the hub.
    private final class Turn: Sendable {
        let mutex = Mutex(())
    }

    package let hub: Hub
    /// What gives the right back when it goes.
    let keeper: any Sendable
    private let turn = Turn()

    /// The end of the keeper is the end of the lock.
    package init(_ hub: Hub, keeper: any Sendable) {
        self.hub = hub
        self.keeper = keeper
    }

    /// Reads and writes what is kept of the hub while no other part of this program does, such as the run of the hub
    /// during a deployment.
    func inTurn(_ body: () throws -> Void) throws { try turn.mutex.withLock { _ in try body() } }
}
