import Synchronization

/// Ports that hubs of one engine were given, by the name of the hub: nobody listens on them yet.
final class ReservedPorts: Sendable {
    private let ports = Mutex<[String: HubPorts]>([:])

    func reserve(_ new: HubPorts, for hub: String) { ports.withLock { $0[hub] = new } }

    /// The ports of all hubs but one.
    func others(than hub: String) -> Set<Int> {
        ports.withLock { Set($0.filter { $0.key != hub }.values.flatMap(\.all)) }
    }
}
