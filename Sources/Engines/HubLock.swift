import FleetModel

/// The right to change a hub. It is held as long as a copy of it lives; others are refused meanwhile.
package struct HubLock: Sendable {
    package let hub: Hub
    /// What gives the right back when it goes.
    private let keeper: any Sendable

    /// The end of the keeper is the end of the lock.
    package init(_ hub: Hub, keeper: any Sendable) {
        self.hub = hub
        self.keeper = keeper
    }
}
