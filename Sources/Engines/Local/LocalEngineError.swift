import FleetModel
import Foundation
import Texts

/// Why a hub does not run on this machine, with what to do about it.
package enum LocalEngineError: Error, Equatable, CustomStringConvertible {
    case portInUse(Int, holder: String?)
    case portForbidden(Int)
    case noFreePort(first: Int)
    case noPython(tried: [String])
    case oldPython(path: String, version: String)
    case noVenvModule(python: String)
    case closedPython(path: String, String)
    case noPrograms(String)
    case installFailed(lastLines: String)
    case noNetwork(lastLines: String)
    case closedFolder(String)
    case oddFolder(String)
    case unreadableRequirements(String)
    case alreadyRuns(hub: String, holder: String)
    case isChanged(hub: String, holder: String)
    case noFleetName
    /// `blamed` are settings that the log speaks of, with the place that sets each.
    case diedAtStart(hub: String, status: Int, log: String, lastLines: String, blamed: [String])
    case notReady(hub: String, seconds: Int, log: String, lastLines: String)
    case diedTooOften(hub: String, times: Int, log: String, lastLines: String)
    case proxyFailed(hub: String, times: Int, status: Int, log: String, lastLines: String)
    case newerDatabase(hub: String, file: String)
    case brokenDatabase(hub: String, reason: String)
    case brokenEnvironment(folder: String, reason: String)

    package var description: String {
        switch self {
        case .portInUse(let port, let holder):
            "port \(port) is in use\(holder.map { " by \($0)" } ?? ""); choose another one with --port, or stop that program"
        case .portForbidden(let port):
            "this account may not listen on port \(port): low ports are root's; choose one from 1024 on with --port"
        case .noFreePort(let first): "there are no four free ports from \(first) on; choose one with --port"
        case .noPython(let tried):
            "no Python was found (tried \(tried.joined(separator: ", "))); install Python 3.10 or newer, "
                + "such as with `apt-get install python3 python3-venv`"
        case .oldPython(let path, let version): "\(path) is Python \(version), but JupyterHub needs 3.10 or newer"
        case .closedPython(let path, let closed):
            "the accounts of users cannot run \(path): \(closed) is closed to them; install Python for all, such as with "
                + "`apt-get install python3 python3-venv`, or name one with HUBFLEET_PYTHON"
        case .noPrograms(let path):
            "\(path) is on a file system from which no programs are run (mount option noexec); choose another folder with "
                + "--state-dir, or HUBFLEET_STATE"
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
        case .isChanged(let hub, let holder): "\(hub) is being changed by somebody else: \(holder)"
        case .noFleetName:
            "the fleet has no name, by which deployed hubs are known in every checkout; write one into fleet.yaml, such as "
                + "`name: my-fleet`"
        case .diedAtStart(let hub, let status, let log, let lines, let blamed):
            "\(hub) ended at its start with status \(status): \(Self.reason(lines))"
                + blamed.map { "\n\($0)" }.joined() + "\nThe end of \(log):\n\(lines)"
        case .notReady(let hub, let seconds, let log, let lines):
            "\(hub) did not answer within \(seconds) s and was stopped; the end of \(log):\n\(lines)"
        case .diedTooOften(let hub, let times, let log, let lines):
            "\(hub) ended \(times) times within ten minutes and is not started again: \(Self.reason(lines))"
                + "\nThe end of \(log):\n\(lines)"
        case .proxyFailed(let hub, let times, let status, let log, let lines):
            "the proxy of \(hub) ended \(times) times within ten minutes, at last with status \(status), and is not started "
                + "again\nThe end of \(log):\n\(lines)"
        case .newerDatabase(let hub, let file):
            "the database of \(hub) is of a newer JupyterHub than this Hubfleet has: use a newer Hubfleet, or move "
                + "\(file) away; homes stay, and people log in anew"
        case .brokenDatabase(let hub, let reason): "the database of \(hub) cannot be used: \(reason)"
        case .brokenEnvironment(let folder, let reason):
            "the Python environment \(folder) does not work for the accounts of users: \(reason)"
        }
    }

    /// The line of a log that says what happened: with Python, what stands below the traceback.
    private static func reason(_ lines: String) -> String {
        let last = lines.split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) }
        return last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "it wrote nothing"
    }
}
