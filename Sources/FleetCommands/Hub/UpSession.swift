import Engines
import FleetModel
import FleetTools
import Foundation
import Releases
import Texts

/// One `hubfleet up`: loads values, prepares hubs, serves them until a signal, and tells the person at the terminal.
struct UpSession {
    let command: UpCommand
    let selection: UpSelection
    let state: StateFolder
    let context: FleetContext

    func run() async throws {
        let (events, continuation) = AsyncStream.makeStream(of: EngineEvent.self)
        let progress = UpProgress(output: context.output, time: context.time)
        // Not cancelled with the work, so that the last messages are shown.
        async let drawing: Void = progress.draw(events)
        let outcome = await Interruption.watch(
            [SIGINT, SIGTERM, SIGHUP], .cancel, told: { _ in context.output.message("Stopping …") },
            work: { try await work(tell: { continuation.yield($0) }, progress: progress) })
        continuation.finish()
        await drawing
        // Stopped on purpose is a good end.
        do { try outcome.result.get() } catch is CancellationError {}
    }

    // MARK: - Work

    private func work(tell: @escaping @Sendable (EngineEvent) -> Void, progress: UpProgress) async throws {
        let engine = LocalEngine(
            state: state, fleet: selection.folder, fleetName: await selection.fleet.policy.name, doors: context.doors,
            port: command.port)
        let session = LocalSession(engine, tell: tell)
        var hubs: [LocalHub] = []
        for cluster in selection.clusters {
            for hub in cluster.hubs {
                let release = Release(hub, of: cluster)
                let deployment = Deployment(release, values: try await values(of: release), commit: selection.commit)
                hubs.append(try await session.deploy(deployment, of: hub))
            }
        }
        for hub in hubs {
            if let text = UpSummary.limits(of: hub) { context.output.message(text) }
        }
        if !context.isRoot { context.output.message(Self.warning) }
        try await serve(hubs, session, progress: progress)
    }

    private static let warning = """
        You are not root, so all servers run as you: whoever logs in can read and change all your files and keys, and \
        those of each other.
        """

    private func values(of release: Release) async throws -> EffectiveValues {
        let loaded = await selection.fleet.load(release)
        context.say(loaded.findings)
        if loaded.findings.hasErrors { throw UpError.brokenValues(hub: release.id) }
        return loaded.values
    }

    // MARK: - Serving

    private func serve(_ hubs: [LocalHub], _ session: LocalSession, progress: UpProgress) async throws {
        var passwords: [ExactText: Passwords] = [:]
        for hub in hubs {
            passwords[hub.hub.id.exact] = try await session.makePasswords(of: hub, anew: command.newPasswords)
        }
        let newPasswords = passwords
        await progress.await(hubs: hubs.count) { ready in
            try await announce(hubs.filter { ready.contains($0.hub.id.exact) }, newPasswords)
        }
        let failed = await session.serve(hubs) { hub, error in
            context.output.message("Error: \(error)")
            await progress.fail(hub)
        }
        guard !failed.isEmpty else { return }
        if failed.count < hubs.count { throw ExitStatus.someFailed }
        throw ExitStatus.failure
    }

    /// The result: addresses, accounts, places.
    private func announce(_ hubs: [LocalHub], _ newPasswords: [ExactText: Passwords]) async throws {
        let summary = UpSummary(hubs, newPasswords: newPasswords)
        try command.output.print(summary, in: context) { summary.text }
        for hub in hubs { try hub.rememberPasswordsWereShown() }
        if command.open, let address = hubs.first?.address { await openBrowser(address) }
    }

    private func openBrowser(_ address: String) async {
        #if os(macOS)
            let program = "open"
        #else
            let program = "xdg-open"
        #endif
        do {
            try await context.runner.check(Invocation(program, [address]))
        } catch {
            context.output.message("The browser could not be opened: \(error)")
        }
    }
}
