import FleetModel
import FleetTools
import Foundation

/// One run of a hub and of what runs beside it: from the first start to the last stop, over crashes in between.
struct LocalHubRun {
    /// A hub that ends this often within `crashWindow` is broken.
    static let maximumCrashes = 5
    static let crashWindow = Duration.seconds(600)
    /// A hub on a slow machine needs half a minute; more means that it never will.
    static let readyLimit = Duration.seconds(120)
    /// The hub stops its servers meanwhile; what is left is killed. Together with the sweep it stays below ten seconds.
    static let gracePeriod = Duration.seconds(7)

    let hub: LocalHub
    let doors: Doors
    let store: RevisionStore
    let ending: RunEnding
    let tell: @Sendable (EngineEvent) -> Void
    private let proof = HubProof()

    init(
        hub: LocalHub, doors: Doors, store: RevisionStore, ending: RunEnding = RunEnding(),
        tell: @escaping @Sendable (EngineEvent) -> Void
    ) {
        self.hub = hub
        self.doors = doors
        self.store = store
        self.ending = ending
        self.tell = tell
    }

    private var id: String { hub.hub.id }

    private enum Outcome {
        case ready, notReady
        case ended(status: Int)
        case cancelled
    }

    func serve() async throws {
        sweepLeftovers()
        defer { finish() }
        let hasServers = marked().contains { $0.userServer != nil }
        try ProxyFiles.write(hub.folder, hub.revision.ports, keepsRoutes: hasServers)
        let number = hub.revision.revision.number
        let wanted = LocalState.read(hub.folder)?.record?.wanted
        try await hub.database(doors).check(
            revision: number, goesBack: wanted?.revision.number == number && wanted?.goesBack == true, tell)
        let (readiness, isReady) = AsyncStream.makeStream(of: Void.self)
        let ready = Task { for await _ in readiness {} }
        let environment = Task { try await EnvironmentProof(hub: hub, doors: doors).run() }
        // Not cancelled with the hub, which needs its proxy to the end.
        let parts = Task { try await HubParts(hub: hub, doors: doors, proof: proof, ready: ready, tell: tell).keep() }
        let logging = Task { await hub.log.keepSmall() }
        defer { logging.cancel() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer {
                isReady.finish()
                environment.cancel()
                parts.cancel()
            }
            group.addTask { try await keepHub(environment) { isReady.finish() } }
            group.addTask { try await parts.value }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Starts the hub again when it ends by itself. Ends when it is cancelled.
    private func keepHub(_ environment: Task<Void, any Error>, isReady: @Sendable () -> Void) async throws {
        var crashes: [ContinuousClock.Instant] = []
        while true {
            tell(.starting(hub: id))
            guard let status = try await runOnce(environment, isReady: isReady), !ending.isHandedOver else { return }
            crashes = crashes.filter { doors.time.instant - $0 < Self.crashWindow } + [doors.time.instant]
            sweepHubProcesses()
            note(nil)
            guard crashes.count < Self.maximumCrashes else {
                throw LocalEngineError.diedTooOften(
                    hub: id, times: crashes.count, log: hub.folder.log, lastLines: hub.log.tail(from: 0))
            }
            tell(.diedAndRestarts(hub: id, status: status))
            // Stopped on purpose meanwhile.
            do { try await doors.time.sleep(for: .seconds(crashes.count - 1)) } catch { return }
        }
    }

    /// - Returns: the status that the hub ended with after it was ready; nil when it was stopped on purpose.
    private func runOnce(_ environment: Task<Void, any Error>, isReady: @Sendable () -> Void) async throws -> Int? {
        let start = doors.time.instant
        hub.log.turnOver()
        let logStart = hub.log.size
        return try await withThrowingTaskGroup(of: Outcome.self) { group in
            group.addTask {
                let status = try await doors.services.run(
                    invocation, log: hub.folder.log, gracePeriod: Self.gracePeriod, started: { _ in })
                return Task.isCancelled ? .cancelled : .ended(status: status)
            }
            group.addTask { await waitUntilReady() }
            while let outcome = try await group.next() {
                switch outcome {
                case .ready:
                    try await environment.value
                    isReady()
                    note(
                        HubRecord.Running(
                            revision: hub.revision.revision, since: doors.time.wholeSecond,
                            proof: hub.revision.healthTarget))
                    tell(.ready(hub: id, address: hub.address, duration: doors.time.instant - start))
                case .cancelled:
                    if Task.isCancelled { return nil }
                case .notReady:
                    group.cancelAll()
                    throw LocalEngineError.notReady(
                        hub: id, seconds: Int(Self.readyLimit.components.seconds), log: hub.folder.log,
                        lastLines: hub.log.tail(from: logStart))
                case .ended(let status):
                    let wasReady = group.isEmpty
                    group.cancelAll()
                    guard wasReady else {
                        let lines = hub.log.tail(from: logStart)
                        throw LocalEngineError.diedAtStart(
                            hub: id, status: status, log: hub.folder.log, lastLines: lines, blamed: blamed(in: lines))
                    }
                    return status
                }
            }
            return nil
        }
    }

    /// The call that starts JupyterHub.
    var invocation: Invocation {
        let revision = hub.folder.revision(hub.revision.revision.number).path
        let variables = hub.variables(doors).merging([
            HubFolder.revisionVariable: revision, HubProof.variable: proof.key, "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        ]) { $1 }
        return Invocation(
            hub.environment + "/bin/python", ["-m", "jupyterhub", "--config", hub.configuration],
            environment: variables, workingDirectory: hub.folder.root)
    }

    /// Settings from the fleet repository whose name the log has, with their places: probably one of them is wrong.
    private func blamed(in lines: String) -> [String] {
        hub.revision.sources.compactMap { source in
            let name = source.name.split(separator: ".").last.map(String.init) ?? source.name
            return name.count > 3 && lines.contains(name) ? "\(source.name) is set at \(source.place)" : nil
        }
    }

    private func waitUntilReady() async -> Outcome {
        let limit = doors.time.instant + Self.readyLimit
        while doors.time.instant < limit {
            if await proof.isGiven(by: doors.hubAPI, at: hub.revision.healthTarget.address) { return .ready }
            do { try await doors.time.sleep(for: .milliseconds(50)) } catch { return .cancelled }
        }
        return .notReady
    }

    // MARK: - Processes that a killed hub leaves

    private func marked() -> [ProcessTable.Entry] {
        doors.processes.processes(with: HubFolder.markVariable, hub.folder.root)
    }

    /// The hub, but neither its parts nor the servers of users.
    private func hubProcesses() -> [ProcessTable.Entry] { marked().filter { $0.userServer == nil && $0.part == nil } }

    /// Users' servers of a killed run go on: the hub finds them again, so nobody loses a kernel.
    private func sweepLeftovers() {
        let all = marked()
        guard !all.isEmpty else { return }
        doors.processes.kill { marked().filter { $0.userServer == nil } }
        let servers = Set(all.compactMap(\.userServer)).count
        tell(.foundLeftovers(hub: id, servers: servers))
    }

    private func sweepHubProcesses() { doors.processes.kill(hubProcesses) }

    private func finish() {
        tell(.stopping(hub: id))
        if ending.leavesServers {
            doors.processes.kill { marked().filter { $0.userServer == nil } }
            return tell(.stopped(hub: id))
        }
        doors.processes.kill(marked)
        note(nil)
        tell(.stopped(hub: id))
    }

    /// Writes down what runs.
    private func note(_ running: HubRecord.Running?) {
        // A disk that is full must not end a hub that runs.
        try? store.changeState(under: hub.lock) { state in
            guard var state else { return nil }
            var record = state.record ?? HubRecord()
            record.running = running
            state.record = record
            return state
        }
    }
}
