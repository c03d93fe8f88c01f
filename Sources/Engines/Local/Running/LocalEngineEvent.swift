import FleetModel

/// What happens while hubs are installed, started and served; commands draw it.
package enum LocalEngineEvent: Sendable, Equatable {
    case waitingForInstallation(by: String)
    case installing(packages: Int, withUV: Bool)
    case installed(duration: Duration)
    case starting(hub: String)
    /// Processes of an earlier run that was killed; so many servers of users go on.
    case foundLeftovers(hub: String, servers: Int)
    case portsChanged(hub: String, from: Int, to: Int)
    case ready(hub: String, address: String, duration: Duration)
    case diedAndRestarts(hub: String, status: Int)
    case stopping(hub: String)
    case stopped(hub: String)
}
