import FleetModel
import FleetTools
import Foundation
import Texts

/// What runs beside a hub: its proxy, and its services. They go on while the hub is started again, so that nobody's
/// connection is cut by that.
struct HubParts: Sendable {
    let hub: LocalHub
    let doors: Doors
    let proof: HubProof
    /// Ends when the hub answers for the first time.
    let ready: Task<Void, Never>
    let tell: @Sendable (EngineEvent) -> Void

    private var id: String { hub.hub.id }

    /// Runs all until the task is cancelled.
    /// - Throws: `LocalEngineError` when the proxy cannot run: without it nobody reaches the hub.
    func keep() async throws {
        let (deaths, died) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await keepProxy { died.yield() } }
            group.addTask { await waitForReturns(deaths) }
            for part in hub.revision.parts { group.addTask { try await keep(part) } }
            // waitForAll() would tell of a failure when all others have ended, too.
            for try await _ in group {}
        }
    }

    // MARK: - The proxy

    private func keepProxy(died: @Sendable () -> Void) async throws {
        let program = hub.environment + "/bin/traefik"
        let run = PartRun(
            invocation: invocation(ProxyFiles.part, program, ["--configfile", hub.folder.proxySettings]),
            log: hub.folder.log, doors: doors)
        let start = hub.log.size
        try await run.keep { status, times in
            let ports = hub.revision.ports
            // Somebody who knows nothing of Hubfleet's locks was faster.
            for port in [ports.hub, ports.proxyAPI] where doors.ports.state(of: port) == .taken {
                throw LocalEngineError.portInUse(port, holder: doors.ports.holder(of: port))
            }
            guard times < LocalHubRun.maximumCrashes else {
                throw LocalEngineError.proxyFailed(
                    hub: id, times: times, status: status, log: hub.folder.log, lastLines: hub.log.tail(from: start))
            }
            tell(.partDiedAndRestarts(hub: id, part: ProxyFiles.part, status: status))
            died()
        }
    }

    /// Says when the hub can be reached again after its proxy ended.
    private func waitForReturns(_ deaths: AsyncStream<Void>) async {
        for await _ in deaths {
            // At its start the hub itself is not there yet; then "ready" says it.
            await ready.value
            let end = doors.time.instant + LocalHubRun.readyLimit
            while doors.time.instant < end, !Task.isCancelled {
                if await proof.isGiven(by: doors.hubAPI, at: hub.revision.healthTarget.address) {
                    tell(.reachableAgain(hub: id))
                    break
                }
                do { try await doors.time.sleep(for: .milliseconds(50)) } catch { return }
            }
        }
    }

    // MARK: - Services

    private func keep(_ part: LocalPart) async throws {
        if part.needsHub { await ready.value }
        guard !Task.isCancelled, let program = program(of: part) else { return }
        let token = try ServiceTokens.read(hub.folder)[part.name.exact]
        var call = invocation(part.name, program, part.arguments)
        call.environment.merge(part.environment.mapValues { $0 }) { $1 }
        call.environment["JUPYTERHUB_API_TOKEN"] = token
        let run = PartRun(invocation: call, log: hub.folder.log, doors: doors)
        while !Task.isCancelled {
            do {
                return try await run.keep { status, _ in
                    tell(.partDiedAndRestarts(hub: id, part: part.name, status: status))
                }
            } catch is CommandError {
                // A program that is just not there, such as while it is updated, does not end the hub. 127 as shells say it.
                tell(.partDiedAndRestarts(hub: id, part: part.name, status: 127))
                do { try await doors.time.sleep(for: .seconds(PartRun.longestPause)) } catch { return }
            }
        }
    }

    private func program(of part: LocalPart) -> String? {
        switch part.program {
        case .python: hub.environment + "/bin/python"
        case .hubfleet: doors.program
        }
    }

    private func invocation(_ name: String, _ program: String, _ arguments: [String]) -> Invocation {
        var variables = hub.variables(doors)
        variables[HubFolder.partVariable] = name
        return Invocation(program, arguments, environment: variables, workingDirectory: hub.folder.root)
    }
}
