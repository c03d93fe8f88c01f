import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Synchronization
import Testing

@testable import Engines

/// The keeper with hubs that are played: what it does about wishes, failures and its own end.
@Suite(.tags(.medium), .timeLimit(.minutes(5)))
struct KeeperTests {
    /// A hub that was deployed, and a keeper for it.
    private func withKeeper(
        isHealthy: Bool = true, hub play: @escaping @Sendable (Int) async throws -> Int,
        _ body: (LocalBed, LocalEngine, KeptHub, Complaints) async throws -> Void
    ) async throws {
        var bed = try await LocalBed()
        let starts = Mutex(0)
        bed.play(isHealthy: isHealthy) { _ in
            try await play(
                starts.withLock {
                    $0 += 1
                    return $0
                })
        }
        let engine = LocalEngine(
            state: bed.state, fleet: WorkingTree(bed.folder.path), fleetName: "sample", doors: bed.doors)
        let kept = try engine.adopt(bed.hub, tell: bed.events.tell)
        do {
            let lock = try engine.lock(bed.hub)
            _ = try await engine.deploy(bed.deployment(), under: lock, tell: { _ in })
        }
        let complaints = Complaints()
        let (state, doors, events) = (bed.state, bed.doors, bed.events)
        let task = Task {
            try await Keeper(
                state: state, doors: doors, tell: { events.tell($1) }, complain: { complaints.add("\($1)") }
            ).run()
        }
        let result: Result<Void, any Error>
        do { result = .success(try await body(bed, engine, kept, complaints)) } catch { result = .failure(error) }
        task.cancel()
        _ = await task.result
        try result.get()
    }

    private final class Complaints: Sendable {
        private let texts = Mutex<[String]>([])
        func add(_ text: String) { texts.withLock { $0.append(text) } }
        var all: [String] { texts.withLock { $0 } }
    }

    private func report(_ hub: KeptHub, of wish: KeeperWish, _ phase: KeeperReport.Phase) async throws -> KeeperReport {
        for _ in 0..<3_000 {
            if let report = KeeperReport.read(hub.folder), report.wish == wish.number, report.phase == phase {
                return report
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return try #require(KeeperReport.read(hub.folder), "it says nothing")
    }

    private static func serving() async -> Int {
        while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(10)) }
        return 0
    }

    @Test func doesWhatIsWished() async throws {
        try await withKeeper { _ in
            await Self.serving()
        } _: { bed, engine, hub, _ in
            #expect(Keeper.running(in: bed.state)?.contains("process") != false)
            let on = try engine.wish(hub, isOn: true)
            let ready = try await report(hub, of: on, .ready)
            #expect(ready.phase == .ready && ready.revision == 1 && ready.address?.hasPrefix("http://") == true)
            // While the keeper serves it, others change it, and nobody else serves it.
            let lock = try engine.lock(bed.hub)
            let second = try await engine.deploy(
                bed.deployment("{hub: {config: {JupyterHub: {allow_named_servers: true}}}}"), under: lock,
                tell: { _ in })
            #expect(second.number == 2)
            await #expect(throws: LocalEngineError.self) { try await engine.serve(under: lock, tell: { _ in }) }
            let again = try engine.wish(hub, isOn: true)
            #expect(try await report(hub, of: again, .ready).revision == 2)
            let off = try engine.wish(hub, isOn: false)
            #expect(try await report(hub, of: off, .stopped).phase == .stopped)
            let kinds = engine.look(at: hub).state.record.history.map(\.kind)
            #expect(kinds == [.deployed, .started, .deployed, .started, .stopped])
        }
    }

    @Test func saysWhyAHubFailsAndTriesItAgain() async throws {
        try await withKeeper(isHealthy: false) { _ in
            3
        } _: { _, engine, hub, complaints in
            let on = try engine.wish(hub, isOn: true)
            let failed = try await report(hub, of: on, .failed)
            #expect(failed.reason?.contains("ended at its start with status 3") == true)
            let next = try #require(failed.nextTry)
            #expect(next > failed.since)
            while complaints.all.count < 3 { try await Task.sleep(for: .milliseconds(10)) }
            #expect(engine.look(at: hub).state.record.history.contains { $0.kind == .failed && $0.reason != nil })
        }
    }

    /// A keeper that was killed leaves hub and servers.
    @Test func endsWhatAnEarlierKeeperLeft() async throws {
        try await withKeeper { _ in
            await Self.serving()
        } _: { bed, engine, hub, _ in
            // Where the log of the process goes.
            try FileWriting.makeFolder(bed.hubFolder.root)
            try await bed.withProcess([HubFolder.markVariable: hub.folder.root, "JUPYTERHUB_USER": "ada"]) {
                #expect(engine.servers(of: hub) == 1)
                let off = try engine.wish(hub, isOn: false)
                #expect(try await report(hub, of: off, .stopped).phase == .stopped)
                #expect(engine.servers(of: hub) == 0)
            }
        }
    }

    @Test func oneStateFolderHasOneKeeper() async throws {
        try await withKeeper { _ in
            await Self.serving()
        } _: { bed, _, _, _ in
            while Keeper.running(in: bed.state) == nil { try await Task.sleep(for: .milliseconds(5)) }
            let other = Keeper(state: bed.state, doors: bed.doors, tell: { _, _ in }, complain: { _, _ in })
            await #expect(throws: FileError.self) { try await other.run() }
        }
    }

    @Test func aHubOfUpIsCarriedOverOnce() async throws {
        let bed = try await LocalBed()
        try await bed.deploy()
        try FileWriting.write("mine", to: bed.hubFolder.homes + "/file")
        let engine = LocalEngine(
            state: bed.state, fleet: WorkingTree(bed.folder.path), fleetName: "sample", doors: bed.doors)
        let first = try engine.adopt(bed.hub, tell: bed.events.tell)
        #expect(first.folder.root == RealPath.of(bed.hubFolder.root))
        #expect(bed.events.all.last == .carriedOver(hub: "c/prod", folder: bed.hubFolder.root))
        // Another checkout has another path, and the same hub.
        let clone = LocalEngine(
            state: bed.state, fleet: WorkingTree("/elsewhere"), fleetName: "sample", doors: bed.doors)
        let count = bed.events.all.count
        #expect(try clone.adopt(bed.hub, tell: bed.events.tell) == first)
        #expect(bed.events.all.count == count && clone.state(of: bed.hub).current == 1)
        #expect(bed.state.keptHubs == [first])
        try engine.abandon(first)
        #expect(bed.state.keptHubs == [])
        #expect(FileManager.default.fileExists(atPath: bed.hubFolder.homes + "/file"))
        let nameless = bed.engine
        #expect(throws: LocalEngineError.noFleetName) { try nameless.adopt(bed.hub, tell: { _ in }) }
    }
}
