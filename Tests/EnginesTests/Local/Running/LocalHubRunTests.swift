import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Synchronization
import Testing

@testable import Engines

/// A hub that is served: it starts, dies, comes again and is stopped. Its time moves when somebody sleeps.
@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct LocalHubRunTests {
    private func serve(
        _ bed: LocalBed, healthy: Bool, service: @escaping @Sendable (Int) async throws -> Int
    ) async throws {
        let starts = Mutex(0)
        var bed = bed
        bed.play(isHealthy: healthy) { log in
            try Data("why it died\n".utf8).write(to: URL(filePath: log))
            return try await service(
                starts.withLock {
                    $0 += 1
                    return $0
                })
        }
        try await bed.deploy()
        let engine = bed.engine
        try await engine.serve(under: engine.lock(bed.hub), tell: bed.events.tell)
    }

    @Test func aHubThatDiesAtStartShowsItsLog() async throws {
        let bed = try await LocalBed()
        let error = await #expect(throws: LocalEngineError.self) { try await serve(bed, healthy: false) { _ in 1 } }
        guard case .diedAtStart("c/prod", 1, _, "why it died", [])? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(
            bed.events.all.dropFirst() == [
                .starting(hub: "c/prod"), .stopping(hub: "c/prod"), .stopped(hub: "c/prod"),
            ])
    }

    @Test func aHubThatIsNeverReadyIsStopped() async throws {
        let bed = try await LocalBed()
        let error = await #expect(throws: LocalEngineError.self) {
            try await serve(bed, healthy: false) { _ in
                try? await ManualTime().sleep(for: .seconds(1))
                return 143
            }
        }
        guard case .notReady("c/prod", 120, _, "why it died")? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// Each dies only when it was seen to be ready.
    @Test func aHubThatCrashesIsStartedAgainUntilItIsTooOften() async throws {
        let bed = try await LocalBed()
        let error = await #expect(throws: LocalEngineError.self) {
            try await serve(bed, healthy: true) { start in
                await bed.events.wait { $0.count(where: \.isReady) == start }
                return 137
            }
        }
        guard case .diedTooOften("c/prod", 5, _, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(bed.events.all.count { $0 == .diedAndRestarts(hub: "c/prod", status: 137) } == 4)
    }

    @Test func stopsWhenItIsCancelled() async throws {
        let bed = try await LocalBed()
        let task = Task {
            try await serve(bed, healthy: true) { _ in
                try? await ManualTime().sleep(for: .seconds(60))
                return 0
            }
        }
        await bed.events.wait { $0.contains(where: \.isReady) }
        task.cancel()
        try await task.value
        #expect(bed.events.all.last == .stopped(hub: "c/prod"))
        #expect(!bed.events.all.contains(.diedAndRestarts(hub: "c/prod", status: 0)))
    }

    @Test func startsTheHubWithTheGivenVariables() async throws {
        var bed = try await LocalBed()
        bed.doors.environment = [
            "PATH": "/given/bin", "LC_ALL": "C.UTF-8", "https_proxy": "http://proxy", "JUPYTERHUB_API_TOKEN": "canary",
            "SOPS_AGE_KEY": "canary", "AWS_SECRET_ACCESS_KEY": "canary", "ANYTHING": "canary",
        ]
        try await bed.deploy()
        let engine = bed.engine
        let hub = try engine.hub(under: engine.lock(bed.hub))
        let run = LocalHubRun(hub: hub, doors: bed.doors, store: bed.store, tell: { _ in })
        let programs = hub.environment + "/bin"
        var call = run.invocation
        #expect(call.environment.removeValue(forKey: "HUBFLEET_PROOF_KEY")??.count == 64)
        #expect(
            call
                == Invocation(
                    programs + "/python", ["-m", "jupyterhub", "--config", bed.hubFolder.revision(1).config],
                    environment: [
                        "HUBFLEET_HUB": bed.hubFolder.root, "HUBFLEET_REVISION": bed.hubFolder.revision(1).path,
                        "PATH": "\(programs):/given/bin", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1",
                        "JUPYTERHUB_API_TOKEN": nil, "SOPS_AGE_KEY": nil, "AWS_SECRET_ACCESS_KEY": nil, "ANYTHING": nil,
                    ], workingDirectory: bed.hubFolder.root))
    }

    /// What runs beside the hub goes on while that is started again, and is started again itself.
    @Test func partsAreWatchedAndOutliveTheHub() async throws {
        var bed = try await LocalBed()
        bed.doors.program = "/new/hubfleet"
        let starts = Mutex<[String: Int]>([:])
        @Sendable func count(_ part: String) -> Int {
            starts.withLock {
                $0[part, default: 0] += 1
                return $0[part] ?? 0
            }
        }
        let events = bed.events
        bed.play(
            isHealthy: true,
            part: { part in
                // The proxy ends once.
                guard count(part) == 1, part == "proxy" else {
                    try? await ManualTime().sleep(for: .seconds(1))
                    return 0
                }
                await events.wait { $0.contains(where: \.isReady) }
                return 137
            },
            hub: { _ in
                // The hub ends once, too.
                guard count("hub") == 1 else {
                    try? await ManualTime().sleep(for: .seconds(1))
                    return 0
                }
                await events.wait { $0.contains(.reachableAgain(hub: "c/prod")) }
                return 1
            })
        try await bed.deploy("{cull: {enabled: true}}")
        let (engine, hub) = (bed.engine, bed.hub)
        let task = Task { try await engine.serve(under: engine.lock(hub), tell: events.tell) }
        await events.wait { $0.count(where: \.isReady) == 2 }
        task.cancel()
        try await task.value
        #expect(events.all.contains(.partDiedAndRestarts(hub: "c/prod", part: "proxy", status: 137)))
        #expect(starts.withLock { $0 } == ["hub": 2, "proxy": 2, "home-download": 1, "jupyterhub-idle-culler": 1])
    }

    /// The hub and its services run on meanwhile; they are stopped, and it is said why.
    @Test func aProxyThatEndsTooOftenEndsTheHub() async throws {
        var bed = try await LocalBed()
        let events = bed.events
        let starts = Mutex(0)
        bed.play(
            isHealthy: true,
            part: { part in
                guard part == "proxy" else {
                    try? await ManualTime().sleep(for: .seconds(1))
                    return 0
                }
                let start = starts.withLock {
                    $0 += 1
                    return $0
                }
                await events.wait { $0.contains(where: \.isReady) }
                await events.wait { $0.count { $0 == .reachableAgain(hub: "c/prod") } == start - 1 }
                return 137
            },
            hub: { _ in
                try? await ManualTime().sleep(for: .seconds(1))
                return 0
            })
        try await bed.deploy("{cull: {enabled: true}}")
        let (engine, hub) = (bed.engine, bed.hub)
        let error = await #expect(throws: LocalEngineError.self) {
            try await engine.serve(under: engine.lock(hub), tell: events.tell)
        }
        guard case .proxyFailed("c/prod", 5, 137, _, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(starts.withLock { $0 } == 5)
        #expect(events.all.last == .stopped(hub: "c/prod"))
    }

    /// While the program is updated, it may be gone for a moment.
    @Test func aServiceThatCannotBeStartedDoesNotEndTheHub() async throws {
        var bed = try await LocalBed()
        bed.doors.program = "/gone/hubfleet"
        let tries = Mutex(0)
        bed.play(
            isHealthy: true,
            part: { part in
                let isGone =
                    part == "home-download"
                    && tries.withLock {
                        $0 += 1
                        return $0 == 1
                    }
                if isGone { throw CommandError.notFound(program: "/gone/hubfleet") }
                try? await ManualTime().sleep(for: .seconds(1))
                return 0
            },
            hub: { _ in
                try? await ManualTime().sleep(for: .seconds(1))
                return 0
            })
        try await bed.deploy()
        let (engine, hub, events) = (bed.engine, bed.hub, bed.events)
        let task = Task { try await engine.serve(under: engine.lock(hub), tell: events.tell) }
        await events.wait { $0.contains(.partDiedAndRestarts(hub: "c/prod", part: "home-download", status: 127)) }
        await events.wait { $0.contains(where: \.isReady) }
        while tries.withLock({ $0 }) < 2 { await Task.yield() }
        task.cancel()
        try await task.value
    }

    /// Whoever else answers at the hub's address is not the hub.
    @Test func aStrangersAnswerIsNoProof() async throws {
        let proof = HubProof()
        let key = proof.key
        let asked = ScriptedHubAPI { request, _ in
            let nonce = request.path.split(separator: "=").last.map(String.init) ?? ""
            return HubAnswer(body: Array("{\"proof\": \"\(HubProof.proof(of: nonce, key: key))\"}".utf8))
        }
        #expect(await proof.isGiven(by: asked, at: "http://127.0.0.1:1/hub/api"))
        #expect(await !HubProof().isGiven(by: asked, at: "http://127.0.0.1:1/hub/api"))
        for body in ["", "{}", "{\"proof\": \"\"}", "{\"proof\": \"\(key)\"}"] {
            let stranger = ScriptedHubAPI { _, _ in HubAnswer(body: Array(body.utf8)) }
            #expect(await !proof.isGiven(by: stranger, at: "http://127.0.0.1:1/hub/api"))
        }
        #expect(asked.requests.allSatisfy { !$0.path.contains(key) && $0.token == nil })
    }

    @Test func copiesTheLogoOfTheHomePage() async throws {
        let address = "https://example.org/logo.svg?size=1"
        let text = "{custom: {homepage: {templateVars: {org: {logo_url: \"\(address)\"}}}}}"
        let bed = try await LocalBed()
        func revision(_ web: [String: [UInt8]]) async throws -> LocalRevision {
            var bed = bed
            bed.doors.webFiles = ScriptedWebFiles(web)
            try await bed.deploy(text)
            return try bed.engine.hub(under: bed.engine.lock(bed.hub)).revision
        }
        #expect(try await revision([:]).limits.contains { $0.what == "logo of the home page" })
        let copied = try await revision([address: Array("<svg/>".utf8)])
        #expect(!copied.limits.contains { $0.what == "logo of the home page" })
        let line = try #require(try bed.configuration().split(separator: "\n").first { $0.contains("logo_file") })
        let path = try #require(line.split(separator: "\"").dropFirst().first.map(String.init))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "<svg/>")
        // Without the web, the copy of the last start is there, and nothing is new.
        #expect(try await revision([:]) == copied)
    }
}
