import Synchronization
import Texts

/// Ports that hubs of one engine were given, by the name of the hub: nobody listens on them yet.
final class ReservedPorts: Sendable {
    private let ports = Mutex<[ExactText: HubPorts]>([:])

    func reserve(_ new: HubPorts, for hub: String) { ports.withLock { $0[hub.exact] = new } }

    /// The ports of all hubs but one.
    func others(than hub: String) -> Set<Int> {
        ports.withLock { Set($0.filter { $0.key != hub.exact }.values.flatMap(\.all)) }
    }
}
