import FleetTools
import Foundation

/// A process beside a hub: started, watched, and started again when it ends by itself.
struct PartRun: Sendable {
    /// Deaths that are older count no more.
    private static let window = LocalHubRun.crashWindow
    /// The longest that one waits before it is started again, in seconds.
    static let longestPause = 60
    private static let gracePeriod = Duration.seconds(2)

    let invocation: Invocation
    let log: String
    let doors: Doors

    /// Runs it until the task is cancelled.
    ///
    /// - Parameter ended: told of each end, with the status and how often it ended lately.
    /// - Throws: what `ended` throws; `CommandError` when it cannot be started at all.
    func keep(ended: @Sendable (_ status: Int, _ times: Int) throws -> Void) async throws {
        var deaths: [ContinuousClock.Instant] = []
        while true {
            let status = try await doors.services.run(
                invocation, log: log, gracePeriod: Self.gracePeriod, started: { _ in })
            guard !Task.isCancelled else { return }
            deaths = deaths.filter { doors.time.instant - $0 < Self.window } + [doors.time.instant]
            try ended(status, deaths.count)
            let pause = min(Self.longestPause, deaths.count - 1)
            do { try await doors.time.sleep(for: .seconds(pause)) } catch { return }
        }
    }
}
