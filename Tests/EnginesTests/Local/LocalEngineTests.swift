import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Logging
import Synchronization
import Testing
import Texts

@testable import Engines

/// The local engine as an engine: hubs are scripted, files and locks are real.
@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct LocalEngineTests {
    private let first = "{hub: {concurrentSpawnLimit: 11}}"
    private let second = "{hub: {concurrentSpawnLimit: 22}}"

    /// Starts the hub with its current revision and stops it when it is ready.
    /// - Returns: the text of the configuration that it was started with, and what was known of it while it ran.
    private func start(_ bed: LocalBed) async throws -> (configuration: String, state: HubState) {
        var bed = bed
        let read = Mutex("")
        bed.play(isHealthy: true) { log in
            let config = URL(filePath: log).deletingLastPathComponent().path + "/current/jupyterhub_config.py"
            let text = try String(contentsOfFile: config, encoding: .utf8)
            read.withLock { $0 = text }
            try? await ManualTime().sleep(for: .seconds(1))
            return 0
        }
        let engine = bed.engine
        let events = Events()
        let lock = try engine.lock(bed.hub)
        let task = Task { try await engine.serve(under: lock, tell: events.tell) }
        await events.wait { $0.contains(where: \.isReady) }
        let state = engine.state(of: bed.hub)
        task.cancel()
        try await task.value
        return (read.withLock { $0 }, state)
    }

    @Test func anOlderRevisionCanBeStartedAgain() async throws {
        let bed = try await LocalBed()
        let older = try await bed.deploy(first)
        #expect(try await start(bed).configuration.contains("concurrent_spawn_limit = 11"))
        let newer = try await bed.deploy(second)
        #expect(try await start(bed).configuration.contains("concurrent_spawn_limit = 22"))
        let passwords = try String(contentsOfFile: bed.hubFolder.passwordFile, encoding: .utf8)

        let engine: any Engine = bed.engine
        let back = try await engine.rollBack(to: 1, under: engine.lock(bed.hub), tell: bed.events.tell)
        #expect(back == older)
        #expect(bed.events.all.last == .rolledBack(hub: "c/prod", from: 2, to: 1))
        let (configuration, running) = try await start(bed)
        #expect(configuration.contains("concurrent_spawn_limit = 11"))
        #expect(running.record.running?.revision == older)
        #expect(try await engine.state(of: bed.hub).revisions == [older, newer])
        #expect(try String(contentsOfFile: bed.hubFolder.passwordFile, encoding: .utf8) == passwords)
    }

    @Test func theRecordSaysWhatIsWantedAndWhatRuns() async throws {
        let bed = try await LocalBed()
        let revision = try await bed.deploy(first)
        let time = ManualTime().now
        #expect(
            revision
                == HubRevision(
                    number: 1, release: try DeployedRelease(bed.deployment(first)), commit: "abc", made: time,
                    who: "operator"))
        let wanted = HubRecord.Wanted(revision: revision, since: time, who: "operator")
        let history = [HubHistory(.deployed, revision: 1, at: time, who: "operator")]
        #expect(
            bed.engine.state(of: bed.hub)
                == HubState(
                    record: HubRecord(wanted: wanted, history: history), current: 1, revisions: [revision],
                    isLive: false))
        let address = try #require(bed.engine.healthTarget(of: bed.hub))
        let running = HubRecord.Running(revision: revision, since: time, proof: address)
        #expect(try await start(bed).state.record == HubRecord(wanted: wanted, running: running, history: history))
        // Stopped on purpose.
        #expect(bed.engine.state(of: bed.hub).record == HubRecord(wanted: wanted, history: history))
    }

    @Test func identitiesTellValuesApartAndHoldNoSecret() async throws {
        let bed = try await LocalBed()
        let one = try DeployedRelease(bed.deployment(first))
        #expect(one.release == "c/prod" && one.chart == "basehub")
        #expect(try DeployedRelease(bed.deployment(first)) == one)
        #expect(try DeployedRelease(bed.deployment(second)) != one)
        func hidden(_ text: String) throws -> DeployedRelease {
            let secret = YAMLReader.read(Array("a: \(text)".utf8), file: "enc.yaml", hidesScalars: true)
            let layer = Layer(kind: .encrypted, file: "enc.yaml", values: try #require(secret.root))
            return try DeployedRelease(
                Deployment(Release(bed.hub, of: bed.cluster), values: EffectiveValues.sample(layers: [layer])))
        }
        #expect(try hidden("canary-1") == hidden("canary-2"))
    }

    @Test func refusesWhatIsNotKept() async throws {
        let bed = try await LocalBed()
        let engine = bed.engine
        let lock = try engine.lock(bed.hub)
        #expect(throws: EngineError.notDeployed(hub: "c/prod")) { try engine.hub(under: lock) }
        await #expect(throws: EngineError.noRevision(hub: "c/prod", number: 1, kept: [])) {
            try await engine.rollBack(to: 1, under: lock, tell: { _ in })
        }
        _ = try await engine.deploy(bed.deployment(first), under: lock, tell: { _ in })
        try FileManager.default.removeItem(atPath: bed.hubFolder.revision(1).config)
        await #expect(throws: EngineError.noRevision(hub: "c/prod", number: 1, kept: [1])) {
            try await engine.rollBack(to: 1, under: lock, tell: { _ in })
        }
    }

    @Test func anOlderRevisionNeedsItsPorts() async throws {
        let bed = try await LocalBed()
        try await bed.deploy(first)
        let ports = try #require(LocalState.read(bed.hubFolder)?.ports)
        let listener = try PortListener()
        // As if the first revision had had the port that is taken now.
        let facts = try #require(bed.store.read(1))
        let busy = HubPorts(
            hub: listener.port, internalHub: ports.internalHub, proxyAPI: ports.proxyAPI, downloads: ports.downloads)
        try bed.store.write(
            RevisionContents(
                LocalSettings(sections: [], files: [], limits: [], administrators: [], serviceNames: []), hub: bed.hub,
                folder: bed.hubFolder.revision(2), requirements: PythonEnvironment.standardRequirements),
            facts.numbered(2, ports: busy))
        let engine = bed.engine
        let error = await #expect(throws: LocalEngineError.self) {
            try await engine.rollBack(to: 2, under: engine.lock(bed.hub), tell: { _ in })
        }
        guard case .portInUse(listener.port, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(bed.store.current == 1)
    }

    /// Something of a killed run is left, but somebody else has one of its ports.
    @Test func aPortOfAStrangerIsNotTakenForTheHubsOwn() async throws {
        let bed = try await LocalBed()
        let listener = try PortListener()
        let lock = try bed.engine.lock(bed.hub)
        let ports = HubPorts(hub: listener.port, internalHub: 45021, proxyAPI: 45022, downloads: 45023)
        try bed.store.changeState(under: lock) { _ in LocalState(ports: ports) }
        try await bed.withProcess([:]) {
            _ = try await bed.engine.deploy(bed.deployment(first), under: lock, tell: { _ in })
        }
        let chosen = try #require(LocalState.read(bed.hubFolder)?.ports.all)
        #expect(!chosen.contains(listener.port))
    }

    @Test func aPortThatAKilledRunStillHasIsKept() async throws {
        let bed = try await LocalBed()
        let lock = try bed.engine.lock(bed.hub)
        let program = """
            import socket, time
            listener = socket.create_server(("127.0.0.1", 0))
            print(listener.getsockname()[1], flush=True)
            time.sleep(200)
            """
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        let mark = [HubFolder.markVariable: bed.hubFolder.root]
        let process = Task {
            let runner = SubprocessCommandRunner(logger: Logger(label: "test"))
            let call = Invocation("python3", ["-c", program], environment: mark, timeLimit: .seconds(240))
            _ = try await runner.run(call) { continuation.yield($0.text) }
        }
        defer { process.cancel() }
        for await line in lines {
            let port = try #require(Int(line))
            let ports = HubPorts(hub: port, internalHub: 45031, proxyAPI: 45032, downloads: 45033)
            try bed.store.changeState(under: lock) { _ in LocalState(ports: ports) }
            _ = try await bed.engine.deploy(bed.deployment(first), under: lock, tell: { _ in })
            #expect(LocalState.read(bed.hubFolder)?.ports == ports)
            break
        }
    }

    /// Users' servers of a killed run look for their hub there.
    @Test func portsOfARunThatWasKilledAreThoseOfItsRevision() async throws {
        let bed = try await LocalBed()
        try await bed.deploy(first)
        let facts = try #require(bed.store.read(1))
        let lock = try bed.engine.lock(bed.hub)
        let others = HubPorts(hub: 45041, internalHub: 45042, proxyAPI: 45043, downloads: 45044)
        let running = HubRecord.Running(
            revision: facts.revision, since: facts.revision.made, proof: facts.healthTarget)
        try bed.store.changeState(under: lock) { _ in
            LocalState(ports: others, record: HubRecord(running: running))
        }
        try await bed.withProcess(["JUPYTERHUB_USER": "ann"]) {
            _ = try await bed.engine.deploy(bed.deployment(second), under: lock, tell: { _ in })
        }
        #expect(LocalState.read(bed.hubFolder)?.ports == facts.ports)
    }

    @Test func oneProcessChangesAHub() async throws {
        let bed = try await LocalBed()
        let lock = try bed.engine.lock(bed.hub)
        let error = #expect(throws: LocalEngineError.self) { try bed.engine.lock(bed.hub) }
        #expect(error?.description.contains("c/prod already runs: process \(getpid()) serves it since") == true)
        withExtendedLifetime(lock) {}
    }

    @Test func hubsOfOneEngineHavePortsOfTheirOwn() async throws {
        let bed = try await LocalBed()
        let fleet = try SampleFleet.write(clusters: ["c": ["a", "b"]])
        let cluster = try #require(try await FleetReader.read(WorkingTree(fleet.path)).fleet.clusters.first)
        let engine = LocalEngine(state: bed.state, fleet: WorkingTree(fleet.path), doors: bed.doors)
        var (used, locks) = ([Int](), [HubLock]())
        for hub in cluster.hubs {
            let values = EffectiveValues.sample(layers: [])
            let lock = try engine.lock(hub)
            _ = try await engine.deploy(
                Deployment(Release(hub, of: cluster), values: values), under: lock, tell: { _ in })
            used += try engine.hub(under: lock).revision.ports.all
            locks.append(lock)
        }
        #expect(Set(used).count == 8)
        withExtendedLifetime(locks) {}
    }

    @Test func namesWhatThereIsOfAHub() async throws {
        let bed = try await LocalBed()
        try await bed.deploy(first)
        let folder = bed.hubFolder
        let folders = [
            LiveObject(.folder, folder.current, purpose: "configuration"),
            LiveObject(.folder, folder.homes, purpose: "homes"),
            LiveObject(.folder, folder.root, purpose: "everything of the hub"),
        ]
        #expect(bed.engine.liveObjects(of: bed.hub) == folders)

        let (started, continuation) = AsyncStream.makeStream(of: Int32.self)
        let server = Task {
            try await SubprocessServiceRunner().run(
                Invocation(
                    "sleep", ["60"],
                    environment: [HubFolder.markVariable: folder.root, "JUPYTERHUB_USER": "ann"]),
                log: folder.log, gracePeriod: .seconds(1), started: { continuation.yield($0) })
        }
        for await id in started {
            let ports = try #require(LocalState.read(folder)?.ports.purposes)
            #expect(
                bed.engine.liveObjects(of: bed.hub)
                    == [LiveObject(.process, "\(id)", purpose: "server of ann")]
                    + ports.map { LiveObject(.port, "\($0.port)", purpose: $0.purpose) } + folders)
            #expect(bed.engine.state(of: bed.hub).isLive)
            break
        }
        let engine = bed.engine
        try engine.uninstall(under: engine.lock(bed.hub), tell: bed.events.tell)
        _ = await server.result
        #expect(bed.events.all.last == .uninstalled(hub: "c/prod"))
        #expect(
            engine.state(of: bed.hub) == HubState(record: HubRecord(), current: nil, revisions: [], isLive: false))
        // What people made stays.
        for path in [folder.homes, folder.passwordFile] { #expect(FileManager.default.fileExists(atPath: path)) }
        #expect(engine.healthTarget(of: bed.hub) == nil)
    }

    @Test func aReleaseOfAnotherHubIsRefused() async throws {
        let bed = try await LocalBed()
        let other = HubLock(SampleHub.hub, keeper: 0)
        await #expect(throws: EngineError.otherHub(locked: "c/prod", release: "c/prod")) {
            try await bed.engine.deploy(bed.deployment(), under: other, tell: { _ in })
        }
    }
}

extension LocalRevision {
    /// The same under another number, with other ports.
    func numbered(_ number: Int, ports: HubPorts? = nil) -> LocalRevision {
        LocalRevision(
            revision: HubRevision(
                number: number, release: revision.release, commit: revision.commit, made: revision.made,
                who: revision.who),
            ports: ports ?? self.ports, baseURL: baseURL, host: host,
            administrators: administrators, services: services, parts: parts, limits: limits, sources: sources,
            digests: [])
    }
}
