import Engines
import FleetModel
import FleetTools
import Foundation
import Rollout

/// Checks hubs, and tells the person at the terminal what is waited for.
struct HealthChecks: Sendable {
    let context: FleetContext
    /// The stage that checks end with.
    var last = HealthStage.clean
    var limits = HealthLimits()
    /// The cells that are run; nil: those that a check has itself.
    var notebook: CheckNotebook?

    /// - Parameter patients: the hubs.
    /// - Returns: a verdict for each, in their order.
    /// - Throws: `CancellationError`; what was started is stopped by then.
    func check(_ patients: [HealthRun.Patient]) async throws -> [HealthVerdict] {
        let (events, continuation) = AsyncStream.makeStream(of: HealthEvent.self)
        let progress = HealthProgress(output: context.output, time: context.time, count: patients.count)
        async let drawing: Void = progress.draw(events)
        let run = HealthRun(doors: context.doors, limits: limits, upTo: last, notebook: notebook) {
            continuation.yield($0)
        }
        let result: Result<[HealthVerdict], any Error>
        do { result = .success(try await run.check(patients)) } catch { result = .failure(error) }
        continuation.finish()
        await drawing
        return try result.get()
    }
}

extension HealthVerdict {
    /// What is kept of it, when it is about a revision.
    func kept(revision: Int?) -> HubHealth {
        let kept: HubHealth.Outcome =
            switch outcome {
            case .healthy: .healthy
            case .partly: .partly
            case .unchecked: .unchecked
            case .unhealthy: .unhealthy
            }
        return HubHealth(
            kept, revision: revision, at: began, seconds: seconds, subject: subject?.rawValue,
            reason: reason.map { String($0.prefix { !$0.isNewline }) })
    }
}

extension LocalEngine {
    /// Writes down what a check of a hub of this machine found. A disk that is full takes nothing from the verdict.
    func remember(_ verdict: HealthVerdict, of hub: Hub) {
        try? note(verdict.kept(revision: state(of: hub).current), of: hub)
    }
}
