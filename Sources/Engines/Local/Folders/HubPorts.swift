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

    private let isFree: @Sendable (Int) -> Bool
    private let holder: @Sendable (Int) -> String?

    package init(ports: Ports = Ports()) {
        isFree = { ports.isFree($0) }
        holder = { ports.holder(of: $0) }
    }

    init(isFree: @escaping @Sendable (Int) -> Bool, holder: @escaping @Sendable (Int) -> String?) {
        self.isFree = isFree
        self.holder = holder
    }

    /// - Parameters:
    ///   - wanted: the port that the operator asked for; it is used or refused, never replaced.
    ///   - last: the ports of the hub's last run.
    ///   - first: where the search starts.
    ///   - taken: ports of other hubs that are starting.
    /// - Returns: four ports that are free now.
    /// - Throws: `LocalEngineError.portInUse` or `.noFreePort`.
    package func choose(wanted: Int?, last: HubPorts?, first: Int, taken: Set<Int>) throws -> HubPorts {
        if let wanted {
            guard isFree(wanted), !taken.contains(wanted) else {
                throw LocalEngineError.portInUse(wanted, holder: holder(wanted))
            }
        }
        func isAvailable(_ port: Int) -> Bool { !taken.contains(port) && isFree(port) }
        if let last, last.all.allSatisfy(isAvailable), wanted == nil || wanted == last.hub { return last }
        var found: [Int] = wanted.map { [$0] } ?? []
        for port in first..<min(first + 2000, 65_536) where isAvailable(port) && port != wanted {
            found.append(port)
            if found.count == 4 {
                return HubPorts(hub: found[0], internalHub: found[1], proxyAPI: found[2], downloads: found[3])
            }
        }
        throw LocalEngineError.noFreePort(first: first)
    }
}
