import Engines
import Foundation

extension EngineEvent {
    /// One line of a log about a hub; nil for what is no news there.
    var line: String? {
        switch self {
        case .starting: "starting"
        case .foundLeftovers(_, let servers): "an earlier run was cut off; servers of \(servers) users go on"
        case .ready(_, let address, let duration): "ready at \(address) after \(duration.components.seconds) s"
        case .diedAndRestarts(_, let status): "ended with status \(status); starting it again"
        case .partDiedAndRestarts(_, let part, let status): "its \(part) ended with status \(status); starting it again"
        case .reachableAgain: "can be reached again"
        case .upgradingDatabase: "its database is of an older JupyterHub; a copy is kept, and it is brought up to date"
        case .restoredDatabase(_, let time, let kept):
            "its database was of a newer JupyterHub, and is that of \(time.ISO8601Format()) again; the newer one is kept in \(kept)"
        case .stopped: "stopped"
        case .waitingForInstallation, .installing, .installed, .portsChanged, .deployed, .oldFilesStay, .carriedOver,
            .rolledBack, .uninstalled, .stopping:
            nil
        }
    }
}
