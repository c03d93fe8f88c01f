import FleetTools
import Foundation

/// The ports of one hub on this machine.
package struct HubPorts: Sendable, Equatable, Codable {
    /// Where people reach the hub.
    package let hub: Int
    /// Between hub and servers. It stays the same, so that servers that outlive a crash find their hub again.
    package let internalHub: Int
    /// Where Traefik tells the hub its routes.
    package let proxyAPI: Int
    /// Where the service listens that lets users download their homes.
    package let downloads: Int

    package init(hub: Int, internalHub: Int, proxyAPI: Int, downloads: Int) {
        self.hub = hub
        self.internalHub = internalHub
        self.proxyAPI = proxyAPI
        self.downloads = downloads
    }

    var all: [Int] { [hub, internalHub, proxyAPI, downloads] }

    /// Each port with what it is for.
    var purposes: [(port: Int, purpose: String)] {
        [(hub, "hub"), (internalHub, "servers to hub"), (proxyAPI, "hub to proxy"), (downloads, "downloads of homes")]
    }
}

/// Chooses ports: those of the last time when they are free, else the next free ones.
package struct PortChooser: Sendable {
    /// Where the search starts unless the cluster says otherwise.
    static let firstPort = 8000

    private let state: @Sendable (Int) -> Ports.State
    private let holder: @Sendable (Int) -> String?

    /// - Parameters:
    ///   - state: whether a hub can have a port. One that is said to be free is kept for it from then on.
    ///   - holder: the program that has a port; nil: it is not known.
    init(state: @escaping @Sendable (Int) -> Ports.State, holder: @escaping @Sendable (Int) -> String?) {
        self.state = state
        self.holder = holder
    }

    /// - Parameters:
    ///   - wanted: the port that the operator asked for; it is used or refused, never replaced.
    ///   - last: the ports of the hub's last run.
    ///   - first: where the search starts.
    /// - Returns: four ports that are free now.
    /// - Throws: `LocalEngineError.portInUse`, `.portForbidden` or `.noFreePort`.
    func choose(wanted: Int?, last: HubPorts?, first: Int) throws -> HubPorts {
        if let wanted { try demand(wanted) }
        if let last, wanted == nil || wanted == last.hub, last.all.allSatisfy({ state($0) == .free }) { return last }
        var found: [Int] = wanted.map { [$0] } ?? []
        for port in first..<min(first + 2000, 65_536) where port != wanted && state(port) == .free {
            found.append(port)
            if found.count == 4 {
                return HubPorts(hub: found[0], internalHub: found[1], proxyAPI: found[2], downloads: found[3])
            }
        }
        throw LocalEngineError.noFreePort(first: first)
    }

    /// - Throws: `LocalEngineError.portInUse`, `.portForbidden`.
    func demand(_ port: Int) throws {
        switch state(port) {
        case .free: return
        case .taken: throw LocalEngineError.portInUse(port, holder: holder(port))
        case .forbidden: throw LocalEngineError.portForbidden(port)
        }
    }
}
