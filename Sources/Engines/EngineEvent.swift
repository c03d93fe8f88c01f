import FleetModel
import Foundation

/// What happens while an engine works; commands and pages draw it.
package enum EngineEvent: Sendable, Equatable {
    case waitingForInstallation(by: String)
    case installing(packages: Int, withUV: Bool)
    case installed(duration: Duration)
    case starting(hub: String)
    /// Processes of an earlier run that was killed; so many servers of users go on.
    case foundLeftovers(hub: String, servers: Int)
    case portsChanged(hub: String, from: Int, to: Int)
    /// The hub has a new current revision; if it is not new, nothing changed.
    case deployed(hub: String, revision: Int, isNew: Bool)
    /// What is not needed any more could not be removed. The hub runs as well.
    case oldFilesStay(hub: String, reason: String)
    /// A hub that was run by `up` alone is deployed now, with the folder that it had.
    case carriedOver(hub: String, folder: String)
    case rolledBack(hub: String, from: Int?, to: Int)
    case uninstalled(hub: String)
    case ready(hub: String, address: String, duration: Duration)
    case diedAndRestarts(hub: String, status: Int)
    /// A process beside the hub, such as its proxy, ended by itself and is started again.
    case partDiedAndRestarts(hub: String, part: String, status: Int)
    /// The hub answers at its address again.
    case reachableAgain(hub: String)
    /// The database is of an older JupyterHub: a copy of it is kept, and it is brought up to date.
    case upgradingDatabase(hub: String)
    /// The hub was brought back to an older JupyterHub, and so was its database, to the copy of a time. What it was is kept in
    /// a folder.
    case restoredDatabase(hub: String, of: Date, kept: String)
    case stopping(hub: String)
    case stopped(hub: String)
}
