import Engines
import FleetTools
import Foundation
import Texts

/// Waits until the keeper has done what was wished.
struct KeeperWait: Sendable {
    let state: StateFolder
    let doors: Doors

    /// What came of a wish, with a keeper that is started where none runs.
    /// - Throws: `KeeperError`, `CommandError`, or `KeeperSilence`.
    func outcome(of wish: KeeperWish, _ hub: KeptHub, within limit: Duration) async throws -> KeeperReport {
        try await Keeper.start(in: state, doors: doors)
        let end = doors.time.instant + limit
        while doors.time.instant < end {
            if let report = KeeperReport.read(hub.folder), report.wish.exact == wish.number.exact,
                [.ready, .failed, .stopped].contains(report.phase)
            {
                return report
            }
            try await doors.time.sleep(for: .milliseconds(100))
            if Keeper.running(in: state) == nil { try await Keeper.start(in: state, doors: doors) }
        }
        throw KeeperSilence(hub: hub.id, log: state.keeperLog)
    }
}

/// The keeper did not say what came of a wish.
struct KeeperSilence: Error, CustomStringConvertible {
    let hub: String
    let log: String

    var description: String { "the keeper does not say how \(hub) is; \(log) says more" }
}
