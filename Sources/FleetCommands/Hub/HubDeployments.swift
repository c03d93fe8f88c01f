import ArgumentParser
import Engines
import FleetModel
import FleetTools
import Foundation
import Releases
import Rollout
import Texts

/// What `deploy` and `up --detach` do: hubs of this machine are brought to what the fleet says, one after the other, and are
/// left to the keeper.
struct HubDeployments: Sendable {
    /// Longer than a hub may take to be ready, and the keeper to see the wish.
    private static let limit = Duration.seconds(150)

    let selection: UpSelection
    let state: StateFolder
    let output: OutputOptions
    /// Whether hubs that were deployed are only started, with what they have.
    let startsOnly: Bool
    /// The last stage of the check of a hub that was deployed; nil: it is not checked.
    var checksUpTo: HealthStage?
    let context: FleetContext

    /// How it ended for one hub.
    struct Outcome: Sendable, Encodable {
        enum State: String, Sendable, Encodable {
            case deployed, unchanged, started, failed
            case rolledBack = "rolled back"
        }

        let hub: String
        let state: State
        let revision: Int?
        let address: String?
        /// Why it failed, or why it could not be checked.
        let reason: String?
        /// What a check of it found; nil when there was none.
        var health: HealthVerdict.Outcome?
    }

    func run() async throws {
        let outcomes = try await Interruption.guarded { try await all() }
        try output.print(outcomes, in: context) { text(outcomes) }
        let bad = outcomes.count { $0.state == .failed || $0.state == .rolledBack }
        if bad > 0 { throw bad == outcomes.count ? ExitStatus.failure : ExitStatus.someFailed }
        if outcomes.contains(where: { $0.health == .unchecked }) { throw ExitStatus.someHeld }
    }

    private func all() async throws -> [Outcome] {
        let (events, continuation) = AsyncStream.makeStream(of: EngineEvent.self)
        let progress = UpProgress(output: context.output, time: context.time)
        async let drawing: Void = progress.draw(events)
        var outcomes: [Outcome] = []
        var failure: (any Error)?
        for cluster in selection.clusters {
            for hub in cluster.hubs where failure == nil {
                do {
                    outcomes.append(try await one(hub, of: cluster) { continuation.yield($0) })
                } catch is CancellationError {
                    failure = CancellationError()
                } catch {
                    // One that fails does not stop the others.
                    context.output.message("Error: \(error)")
                    outcomes.append(
                        Outcome(hub: hub.id, state: .failed, revision: nil, address: nil, reason: "\(error)"))
                }
            }
        }
        continuation.finish()
        await drawing
        if let failure { throw failure }
        return outcomes
    }

    // MARK: - One hub

    private func one(
        _ hub: Hub, of cluster: Cluster, tell: @escaping @Sendable (EngineEvent) -> Void
    ) async throws -> Outcome {
        let engine = LocalEngine(
            state: state, fleet: selection.folder, fleetName: await selection.fleet.policy.name, doors: context.doors)
        let values = startsOnly && engine.state(of: hub).current != nil ? nil : try await values(of: hub, cluster)
        let kept = try engine.adopt(hub, tell: tell)
        let lock = try engine.lock(hub)
        let before = engine.state(of: hub).current
        if let values {
            _ = try await engine.deploy(
                Deployment(Release(hub, of: cluster), values: values, commit: selection.commit), under: lock, tell: tell
            )
        }
        let local = try engine.hub(under: lock)
        try await showPasswords(local, engine, tell)
        let number = local.revision.revision.number
        if before == number, let report = runs(kept), report.revision == number {
            return Outcome(hub: hub.id, state: .unchanged, revision: number, address: report.address, reason: nil)
        }
        engine.handOver(lock)
        let report = try await start(kept, engine)
        guard report.phase != .failed else {
            return try await failed(
                report.reason ?? "it did not become ready", local, before: before, kept, engine, lock, tell)
        }
        let state: Outcome.State = values == nil ? .started : .deployed
        var outcome = Outcome(hub: hub.id, state: state, revision: number, address: report.address, reason: nil)
        guard let values, let verdict = try await verdict(on: hub, values, engine) else { return outcome }
        if verdict.outcome == .unhealthy {
            context.output.message(HealthSheet.text([verdict]))
            let line = HealthSheet.line(verdict)
            return try await failed(line, local, before: before, kept, engine, lock, tell, health: verdict.outcome)
        }
        outcome = Outcome(
            hub: hub.id, state: state, revision: number, address: report.address, reason: verdict.reason,
            health: verdict.outcome)
        if verdict.outcome == .unchecked { context.output.message(HealthSheet.line(verdict)) }
        return outcome
    }

    /// What a check of a hub finds that was just deployed; nil when none was asked for.
    private func verdict(on hub: Hub, _ values: EffectiveValues, _ engine: LocalEngine) async throws -> HealthVerdict? {
        guard let checksUpTo, let access = engine.healthAccess(of: hub) else { return nil }
        let manner = HealthManner(HubFacts(hub, on: .local, effective: values), isHere: true)
        let checks = HealthChecks(context: context, last: checksUpTo)
        let verdicts = try await checks.check([HealthRun.Patient(hub, access: access, manner: manner)])
        for verdict in verdicts { engine.remember(verdict, of: hub) }
        return verdicts.first
    }

    private func values(of hub: Hub, _ cluster: Cluster) async throws -> EffectiveValues {
        let loaded = await selection.fleet.load(Release(hub, of: cluster))
        context.say(loaded.findings)
        if loaded.findings.hasErrors { throw UpError.brokenValues(hub: hub.id) }
        return loaded.values
    }

    /// Brings a hub back to what it ran with before. The first revision stays: there is nothing to go back to.
    private func failed(
        _ reason: String, _ local: LocalHub, before: Int?, _ kept: KeptHub, _ engine: LocalEngine,
        _ lock: HubLock, _ tell: @escaping @Sendable (EngineEvent) -> Void, health: HealthVerdict.Outcome? = nil
    ) async throws -> Outcome {
        let (id, number) = (local.hub.id, local.revision.revision.number)
        context.output.message("Error: \(reason)")
        guard let before, before != number else {
            return Outcome(
                hub: id, state: .failed, revision: number, address: nil, reason: reason, health: health)
        }
        var engine = engine
        engine.reason = "revision \(number) failed: \(reason.prefix { !$0.isNewline })"
        _ = try await engine.rollBack(to: before, under: lock, tell: tell)
        let begun = context.time.wholeSecond
        let back = try await start(kept, engine)
        RestoredDatabase(engine: engine, hub: kept, since: begun).tell(context.output)
        context.output.message(
            back.phase == .ready
                ? "\(id) runs with revision \(before) again"
                : "Error: \(id) does not run with revision \(before) either: \(back.reason ?? "it is not ready")")
        return Outcome(
            hub: id, state: back.phase == .ready ? .rolledBack : .failed, revision: before, address: back.address,
            reason: reason, health: health)
    }

    // MARK: - The keeper

    /// What the keeper says of a hub that runs as it is wished.
    private func runs(_ kept: KeptHub) -> KeeperReport? {
        guard Keeper.running(in: state) != nil, let wish = KeeperWish.read(kept.folder), wish.isOn,
            let report = KeeperReport.read(kept.folder), report.wish.exact == wish.number.exact, report.phase == .ready
        else { return nil }
        return report
    }

    /// Has the keeper start a hub, and waits until it says how that went.
    private func start(_ kept: KeptHub, _ engine: LocalEngine) async throws -> KeeperReport {
        let wish = try engine.wish(kept, isOn: true)
        return try await KeeperWait(state: state, doors: context.doors).outcome(of: wish, kept, within: Self.limit)
    }

    // MARK: - Saying

    private func showPasswords(
        _ hub: LocalHub, _ engine: LocalEngine, _ tell: @escaping @Sendable (EngineEvent) -> Void
    ) async throws {
        guard let passwords = try await LocalSession(engine, tell: tell).makePasswords(of: hub, anew: false) else {
            return
        }
        let names = hub.revision.administrators.prefix(3).joined(separator: ", ")
        context.output.message(
            """
            \(hub.hub.id): administrators (\(names)) log in with the password \(passwords.administrators), everybody else \
            with \(passwords.users); they are shown this once
            """)
        try hub.rememberPasswordsWereShown()
    }

    private func text(_ outcomes: [Outcome]) -> String {
        let checked = outcomes.contains { $0.health != nil }
        var table = Table(columns: ["HUB", "STATE", "REVISION"] + (checked ? ["HEALTH"] : []) + ["ADDRESS"])
        for outcome in outcomes {
            let health = checked ? [outcome.health?.rawValue ?? ""] : []
            table.add(
                [outcome.hub, outcome.state.rawValue, outcome.revision.map(String.init) ?? ""] + health
                    + [outcome.address ?? ""])
        }
        return table.text
    }
}
