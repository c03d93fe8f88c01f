import FleetModel
import FleetTools
import Foundation

/// One run of a hub: from the first start to the last stop, over crashes in between.
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
    let tell: @Sendable (EngineEvent) -> Void

    private var id: String { hub.hub.id }

    private enum Outcome {
        case ready, notReady
        case ended(status: Int)
        case cancelled
    }

    func serve() async throws {
        sweepLeftovers()
        var crashes: [ContinuousClock.Instant] = []
        while true {
            tell(.starting(hub: id))
            let status: Int
            do {
                guard let ended = try await runOnce() else {
                    finish()
                    return
                }
                status = ended
            } catch {
                finish()
                throw error
            }
            crashes = crashes.filter { doors.time.instant - $0 < Self.crashWindow } + [doors.time.instant]
            sweepHubProcesses()
            note(nil)
            guard crashes.count < Self.maximumCrashes else {
                finish()
                throw LocalEngineError.diedTooOften(
                    hub: id, times: crashes.count, log: hub.folder.log, lastLines: logTail(from: 0))
            }
            tell(.diedAndRestarts(hub: id, status: status))
            do {
                try await doors.time.sleep(for: .seconds(crashes.count - 1))
            } catch {
                // Stopped on purpose meanwhile.
                finish()
                return
            }
        }
    }

    /// - Returns: the status that the hub ended with after it was ready; nil when it was stopped on purpose.
    private func runOnce() async throws -> Int? {
        let start = doors.time.instant
        let logStart = rotateLog()
        removeRoutes()
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
                        lastLines: logTail(from: logStart))
                case .ended(let status):
                    let wasReady = group.isEmpty
                    group.cancelAll()
                    guard wasReady else {
                        let lines = logTail(from: logStart)
                        throw LocalEngineError.diedAtStart(
                            hub: id, status: status, log: hub.folder.log, lastLines: lines, blamed: blamed(in: lines))
                    }
                    return status
                }
            }
            return nil
        }
    }

    /// The call that starts JupyterHub. The environment's programs come first, because the hub starts Traefik by name.
    var invocation: Invocation {
        let path = doors.environment["PATH"] ?? "/usr/bin:/bin"
        let programs = hub.environment + "/bin"
        // Started from a terminal of another JupyterHub, these would make the hub look like a server of that one.
        let inherited = doors.environment.keys.filter {
            $0.hasPrefix("JUPYTERHUB_") || $0.hasPrefix("JPY_")
        }
        return Invocation(
            programs + "/python", ["-m", "jupyterhub", "--config", hub.configuration],
            environment: Dictionary(uniqueKeysWithValues: inherited.map { ($0, String?.none) }).merging([
                HubFolder.markVariable: hub.folder.root, HubFolder.programVariable: doors.program,
                HubFolder.revisionVariable: hub.folder.revision(hub.revision.revision.number).path,
                "PATH": "\(programs):\(path)",
                "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1",
                // A server must not inherit what opens the fleet's secrets.
                "SOPS_AGE_KEY_FILE": nil, "SOPS_AGE_KEY": nil, "PYTHONPATH": nil, "PYTHONHOME": nil,
                "VIRTUAL_ENV": nil, "CONFIGPROXY_AUTH_TOKEN": nil,
            ]) { $1 },
            workingDirectory: hub.folder.root)
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
            if await doors.hubAPI.isHealthy(at: hub.revision.healthTarget.address) { return .ready }
            do { try await doors.time.sleep(for: .milliseconds(200)) } catch { return .cancelled }
        }
        return .notReady
    }

    // MARK: - Processes that a killed hub leaves

    private func marked() -> [ProcessTable.Entry] {
        doors.processes.processes(with: HubFolder.markVariable, hub.folder.root)
    }

    /// Hub, proxy and services, but not the servers of users.
    private func hubProcesses() -> [ProcessTable.Entry] { marked().filter { $0.userServer == nil } }

    /// Users' servers of a killed run go on: the hub finds them again, so nobody loses a kernel.
    private func sweepLeftovers() {
        let all = marked()
        guard !all.isEmpty else { return }
        sweepHubProcesses()
        let servers = Set(all.compactMap(\.userServer)).count
        tell(.foundLeftovers(hub: id, servers: servers))
    }

    private func sweepHubProcesses() { doors.processes.kill(hubProcesses) }

    private func finish() {
        tell(.stopping(hub: id))
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

    /// Traefik's files of a killed run hold its old password; a new hub would be locked out of its own proxy. The hub
    /// writes the routes of all running servers anew.
    private func removeRoutes() {
        for name in ["traefik.toml", "routes.toml"] {
            try? FileManager.default.removeItem(atPath: hub.folder.path(name))
        }
    }

    // MARK: - Log

    /// Keeps the log from growing for ever: 10 MB, and one older file.
    /// - Returns: the size of the log now, where the lines of this start begin.
    private func rotateLog() -> UInt64 {
        let log = hub.folder.log
        let size = (try? FileManager.default.attributesOfItem(atPath: log))?[.size] as? UInt64 ?? 0
        guard size > 10_000_000 else { return size }
        _ = rename(log, log + ".1")
        return 0
    }

    private func logTail(from start: UInt64) -> String {
        guard let file = FileHandle(forReadingAtPath: hub.folder.log) else { return "" }
        defer { try? file.close() }
        let end = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: max(start, end > 20_000 ? end - 20_000 : 0))
        let text = (try? file.readToEnd()).flatMap { $0 } ?? Data()
        return String(decoding: text, as: UTF8.self).lastLines(15)
    }
}
