import FleetModel
import FleetTools
import Foundation

/// The copies of a hub's database that the keeper makes each night.
struct NightlyCopies: Sendable {
    /// The hour of this machine from which on a night's copy is due.
    static let hour = 3
    private static let interval = Duration.seconds(60)
    /// How long it waits after one that failed, such as for want of room.
    private static let pause = Duration.seconds(3_600)

    let hub: KeptHub
    let keeper: Keeper

    private var doors: Doors { keeper.doors }

    /// Makes copies until the task is cancelled.
    func keep() async {
        while !Task.isCancelled {
            var pause = Self.interval
            if isDue {
                do { try await copy() } catch {
                    keeper.complain(hub, error)
                    pause = Self.pause
                }
            }
            try? await doors.time.sleep(for: pause)
        }
    }

    private func copy() async throws {
        let engine = LocalEngine(keeping: hub, state: keeper.state, doors: doors)
        try await engine.copyDatabase(of: Hub(kept: hub.id), .nightly)
    }

    /// Whether the hub runs, and there is no copy since the last time that the clock said the hour.
    private var isDue: Bool {
        guard KeeperReport.read(hub.folder)?.phase == .ready,
            FileManager.default.fileExists(atPath: hub.folder.database)
        else { return false }
        let last = DatabaseCopies(folder: hub.folder).all.last { $0.reason == .nightly }
        return Self.isDue(since: last?.at, now: doors.time.now, calendar: .current)
    }

    static func isDue(since last: Date?, now: Date, calendar: Calendar) -> Bool {
        guard let last else { return true }
        let due = calendar.nextDate(
            after: last, matching: DateComponents(hour: hour, minute: 0), matchingPolicy: .nextTime)
        return due.map { $0 <= now } ?? false
    }
}
