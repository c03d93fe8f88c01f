import ArgumentParser
import FleetTools
import Foundation
import Rollout
import Texts

/// One `hubfleet health`: checks once, or again and again, and tells what it found.
struct HealthSession {
    let command: HealthCommand
    let selected: HealthSelection.Selected
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
        var checks = HealthChecks(context: context, last: command.stage, notebook: notebook)
        checks.limits.start = .seconds(command.timeout)
        let verdicts = try await checks.check(selected.patients)
        for verdict in verdicts {
            if let hub = selected.here[verdict.hub.exact] { selected.engine.remember(verdict, of: hub) }
        }
        return verdicts
    }

    /// How the program ends; nil when all is well.
    static func status(_ verdicts: [HealthVerdict]) -> ExitCode? {
        let ill = verdicts.count { $0.outcome == .unhealthy }
        if ill > 0 { return ill < verdicts.count ? ExitStatus.someFailed : ExitStatus.failure }
        return verdicts.contains { $0.outcome == .unchecked } ? ExitStatus.someHeld : nil
    }
}
