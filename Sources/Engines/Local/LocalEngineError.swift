import FleetModel
import Foundation
import Texts

/// Why a hub does not run on this machine, with what to do about it.
package enum LocalEngineError: Error, Equatable, CustomStringConvertible {
    case portInUse(Int, holder: String?)
    case noFreePort(first: Int)
    case noPython(tried: [String])
    case oldPython(path: String, version: String)
    case noVenvModule(python: String)
    case installFailed(lastLines: String)
    case noNetwork(lastLines: String)
    case closedFolder(String)
    case oddFolder(String)
    case unreadableRequirements(String)
    case alreadyRuns(hub: String, holder: String)
    /// `blamed` are settings that the log speaks of, with the place that sets each.
    case diedAtStart(hub: String, status: Int, log: String, lastLines: String, blamed: [String])
    case notReady(hub: String, seconds: Int, log: String, lastLines: String)
    case diedTooOften(hub: String, times: Int, log: String, lastLines: String)

    package var description: String {
        switch self {
        case .portInUse(let port, let holder):
            "port \(port) is in use\(holder.map { " by \($0)" } ?? ""); choose another one with --port, or stop that program"
        case .noFreePort(let first): "there are no four free ports from \(first) on; choose one with --port"
        case .noPython(let tried):
            "no Python was found (tried \(tried.joined(separator: ", "))); install Python 3.10 or newer, "
                + "such as with `apt-get install python3 python3-venv`"
        case .oldPython(let path, let version): "\(path) is Python \(version), but JupyterHub needs 3.10 or newer"
        case .noVenvModule(let python):
            "\(python) cannot make environments; install its module venv, such as with `apt-get install python3-venv`, or uv"
        case .installFailed(let lines): "JupyterHub could not be installed; nothing was kept:\n\(lines)"
        case .noNetwork(let lines):
            "JupyterHub could not be downloaded: the package index cannot be reached. The first start needs a network; "
                + "nothing was kept.\n\(lines)"
        case .closedFolder(let path):
            "other accounts cannot pass \(path), but each user's server runs under its own; "
                + "choose another folder with --state-dir, or allow it with `chmod o+x \(path)`"
        case .oddFolder(let path):
            "the folder \(path.printable) cannot be used: its path has one of the characters ? # % \" \\; "
                + "choose another one with --state-dir"
        case .unreadableRequirements(let file): "the requirements file \(file) cannot be read"
        case .alreadyRuns(let hub, let holder): "\(hub) already runs: \(holder)"
        case .diedAtStart(let hub, let status, let log, let lines, let blamed):
            "\(hub) ended at its start with status \(status); the end of \(log):\n\(lines)"
                + blamed.map { "\n\($0)" }.joined()
        case .notReady(let hub, let seconds, let log, let lines):
            "\(hub) did not answer within \(seconds) s and was stopped; the end of \(log):\n\(lines)"
        case .diedTooOften(let hub, let times, let log, let lines):
            "\(hub) ended \(times) times within ten minutes and is not started again; the end of \(log):\n\(lines)"
        }
    }
}
