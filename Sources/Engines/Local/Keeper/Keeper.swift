import FleetModel
import FleetTools
import Foundation
import Texts

/// The process that keeps all hubs of this machine that were deployed: it serves those that shall run, and starts them again
/// after a change, a failure, or a reboot.
///
/// It is told what to do by the files `wish.json` of the hubs, and says what it did in their files `keeper.json`. So nothing
/// that was wished is lost when it is killed, and nobody but the account that it runs as can tell it anything.
package struct Keeper: Sendable {
    /// How often it looks for wishes.
    static let interval = Duration.milliseconds(200)

    let state: StateFolder
    let doors: Doors
    let tell: @Sendable (KeptHub, EngineEvent) -> Void
    let complain: @Sendable (KeptHub, any Error) -> Void

    /// - Parameters:
    ///   - state: where the hubs are.
    ///   - doors: those to the outside.
    ///   - tell: told what happens.
    ///   - complain: told why a hub does not run.
    package init(
        state: StateFolder, doors: Doors, tell: @escaping @Sendable (KeptHub, EngineEvent) -> Void,
        complain: @escaping @Sendable (KeptHub, any Error) -> Void
    ) {
        self.state = state
        self.doors = doors
        self.tell = tell
        self.complain = complain
    }

    /// The line about the keeper that runs; nil when none does.
    package static func running(in state: StateFolder) -> String? {
        guard FileManager.default.fileExists(atPath: state.keeperLock) else { return nil }
        do {
            let lock = try FileLock(path: state.keeperLock, holder: "")
            withExtendedLifetime(lock) {}
            return nil
        } catch FileError.held(_, let holder) {
            return holder
        } catch {
            return nil
        }
    }

    /// Starts a keeper that goes on when this process ends, unless one runs.
    ///
    /// - Parameters:
    ///   - state: where the hubs are.
    ///   - doors: those to the outside; its program becomes the keeper.
    /// - Throws: `CommandError`, `FileError`, or `KeeperError` when it does not come up.
    package static func start(in state: StateFolder, doors: Doors) async throws {
        guard running(in: state) == nil else { return }
        guard let program = doors.program else { throw KeeperError.noProgram }
        try state.makeFolder(state.hubs, separateAccounts: doors.isRoot)
        var variables = CleanEnvironment.left(of: doors.environment)
        variables["HUBFLEET_PYTHON"] = doors.environment["HUBFLEET_PYTHON"]
        try DetachedProgram.start(
            program, ["keeper", "run", "--state-dir", state.path], environment: variables, log: state.keeperLog)
        for _ in 0..<100 {
            if running(in: state) != nil { return }
            try await doors.time.sleep(for: .milliseconds(100))
        }
        throw KeeperError.notThere(log: state.keeperLog)
    }

    /// Keeps hubs until the task is cancelled. Servers of users go on then; the next keeper finds them.
    /// - Throws: `FileError.held` when another keeper runs, or an error about the state folder.
    package func run() async throws {
        try state.makeFolder(state.hubs, separateAccounts: doors.isRoot)
        let process = ProcessInfo.processInfo.processIdentifier
        let lock = try FileLock(
            path: state.keeperLock, holder: "process \(process) since \(doors.time.now.ISO8601Format())")
        defer { withExtendedLifetime(lock) {} }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await HubLog(path: state.keeperLog).keepSmall() }
            var known: Set<ExactText> = []
            while !Task.isCancelled {
                for hub in state.keptHubs where known.insert(hub.folder.root.exact).inserted {
                    group.addTask { await KeptHubRun(hub: hub, keeper: self).keep() }
                    group.addTask { await NightlyCopies(hub: hub, keeper: self).keep() }
                }
                try? await doors.time.sleep(for: Self.interval)
            }
        }
    }
}

/// Why there is no keeper.
package enum KeeperError: Error, Equatable, CustomStringConvertible {
    case noProgram
    case notThere(log: String)

    package var description: String {
        switch self {
        case .noProgram:
            "the path of this program is not known, so no keeper can be started; `hubfleet keeper run` is one"
        case .notThere(let log): "the keeper did not start; \(log) says more"
        }
    }
}

extension StateFolder {
    /// Held by the keeper.
    package var keeperLock: String { path + "/keeper.lock" }
    /// What the keeper says.
    package var keeperLog: String { path + "/keeper.log" }
}
