import Engines
import FleetModel
import FleetTools
import Foundation
import Releases
import UnixSignals

/// One `hubfleet up`: loads values, prepares hubs, serves them until a signal, and tells the person at the terminal.
struct UpSession {
    let command: UpCommand
    let selection: UpSelection
    let state: StateFolder
    let context: FleetContext

    private var engine: LocalEngine {
        LocalEngine(
            state: state,
            tools: LocalEngine.Tools(
                runner: context.runner, services: context.services, hubAPI: context.hubAPI,
                webFiles: context.webFiles, program: context.program),
            isRoot: context.isRoot, python: context.environment["HUBFLEET_PYTHON"])
    }

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        let (events, continuation) = AsyncStream.makeStream(of: LocalEngineEvent.self)
        let progress = UpProgress(output: context.output)
        // Not cancelled with the work, so that the last messages are shown.
        async let drawing: Void = progress.draw(events)
        let result = await workUntilSignal(signals, emit: { continuation.yield($0) }, progress: progress)
        continuation.finish()
        await drawing
        try result.get()
    }

    private enum Step: Sendable {
        case signal
        case over(Result<Void, any Error>)
    }

    private func workUntilSignal(
        _ signals: UnixSignalsSequence, emit: @escaping @Sendable (LocalEngineEvent) -> Void, progress: UpProgress
    ) async -> Result<Void, any Error> {
        await withTaskGroup(of: Step.self) { group in
            group.addTask {
                for await _ in signals { return .signal }
                return .signal
            }
            group.addTask {
                do {
                    try await work(emit: emit, progress: progress)
                    return .over(.success(()))
                } catch is CancellationError {
                    return .over(.success(()))
                } catch {
                    return .over(.failure(error))
                }
            }
            var result: Result<Void, any Error> = .success(())
            while let step = await group.next() {
                if case .over(let outcome) = step {
                    result = outcome
                } else if !group.isEmpty {
                    context.output.message("Stopping …")
                }
                group.cancelAll()
            }
            return result
        }
    }

    // MARK: - Work

    private func work(emit: @escaping @Sendable (LocalEngineEvent) -> Void, progress: UpProgress) async throws {
        var prepared: [LocalHub] = []
        for cluster in selection.clusters {
            let requirements = try await requirements(of: cluster)
            let environment = try await engine.installEnvironment(requirements, emit: emit)
            for hub in cluster.hubs {
                let values = try await values(of: hub, cluster: cluster)
                let local = try await engine.prepare(
                    hub, values: values, fleetRoot: selection.folder.root, environment: environment,
                    options: options(cluster), taken: prepared, emit: emit)
                prepared.append(local)
            }
        }
        for hub in prepared {
            if let text = UpSummary.limits(of: hub) { context.output.message(text) }
        }
        try await serve(prepared, emit: emit, progress: progress)
    }

    private func options(_ cluster: Cluster) -> LocalEngine.Options {
        var options = LocalEngine.Options()
        if let local = cluster.provider.local {
            options.firstPort = local.firstPort?.value ?? options.firstPort
        } else {
            options.isCopy = true
        }
        options.port = command.port
        options.makesNewPasswords = command.newPasswords
        return options
    }

    private func requirements(of cluster: Cluster) async throws -> String {
        guard let file = cluster.provider.local?.requirements else {
            return PythonEnvironment.standardRequirements
        }
        guard let bytes = await selection.fleet.source.contents("\(cluster.folder)/\(file.value)"),
            let text = String(validating: bytes, as: UTF8.self)
        else {
            throw UpError.unreadableRequirements(file.value)
        }
        return text
    }

    private func values(of hub: Hub, cluster: Cluster) async throws -> EffectiveValues {
        let loaded = await selection.fleet.load(Release(hub, of: cluster))
        context.say(loaded.findings)
        if loaded.findings.hasErrors { throw UpError.brokenValues(hub: hub.id) }
        return loaded.values
    }

    // MARK: - Serving

    /// Serves all hubs side by side. One that fails does not stop the others.
    private func serve(
        _ prepared: [LocalHub], emit: @escaping @Sendable (LocalEngineEvent) -> Void, progress: UpProgress
    ) async throws {
        await progress.await(hubs: prepared.count) { [self] ready in
            try await announce(prepared.filter { ready.contains($0.hub.id) })
        }
        let failed = await withTaskGroup(of: String?.self) { group in
            for hub in prepared {
                group.addTask {
                    do {
                        try await engine.serve(hub, emit: emit)
                        return nil
                    } catch {
                        context.output.message("Error: \(error)")
                        await progress.fail(hub.hub.id)
                        return hub.hub.id
                    }
                }
            }
            return await group.reduce(into: [String]()) { failed, id in if let id { failed.append(id) } }
        }
        guard !failed.isEmpty else { return }
        if failed.count < prepared.count { throw ExitStatus.someFailed }
        throw ExitStatus.failure
    }

    /// The result: addresses, accounts, places.
    private func announce(_ hubs: [LocalHub]) async throws {
        let summary = UpSummary(hubs, isRoot: context.isRoot)
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
