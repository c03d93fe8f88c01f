import ArgumentParser
import FleetTools
import Foundation
import Rollout

/// One `hubfleet health`: checks once, or again and again, and tells what it found.
struct HealthSession {
    let command: HealthCommand
    let patients: [HealthRun.Patient]
    let notebook: CheckNotebook?
    let context: FleetContext

    func run() async throws {
        guard command.watch else {
            let verdicts = try await Interruption.guarded { try await check() }
            try command.output.print(HealthSheet(verdicts), in: context) { HealthSheet.text(verdicts) }
            if let status = Self.status(verdicts) { throw status }
            return
        }
        // Stopped on purpose is a good end; whoever wants the last state has seen it.
        do { try await Interruption.guarded { try await watch() } } catch is CancellationError {}
    }

    private func watch() async throws {
        while true {
            let verdicts = try await check()
            try command.output.print(HealthSheet(verdicts), in: context) { HealthSheet.text(verdicts) }
            try await context.time.sleep(for: .seconds(command.every))
        }
    }

    private func check() async throws -> [HealthVerdict] {
        let (events, continuation) = AsyncStream.makeStream(of: HealthEvent.self)
        let progress = HealthProgress(output: context.output, time: context.time, count: patients.count)
        async let drawing: Void = progress.draw(events)
        var limits = HealthLimits()
        limits.start = .seconds(command.timeout)
        let run = HealthRun(doors: context.doors, limits: limits, upTo: command.stage, notebook: notebook) {
            continuation.yield($0)
        }
        let result: Result<[HealthVerdict], any Error>
        do { result = .success(try await run.check(patients)) } catch { result = .failure(error) }
        continuation.finish()
        await drawing
        return try result.get()
    }

    /// How the program ends; nil when all is well.
    static func status(_ verdicts: [HealthVerdict]) -> ExitCode? {
        let ill = verdicts.count { $0.outcome == .unhealthy }
        if ill > 0 { return ill < verdicts.count ? ExitStatus.someFailed : ExitStatus.failure }
        return verdicts.contains { $0.outcome == .unchecked } ? ExitStatus.someHeld : nil
    }
}
