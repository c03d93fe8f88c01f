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
        bed.doors.hubAPI = ScriptedHubAPI.healthy { healthy }
        bed.doors.services = ScriptedServiceRunner { _, log in
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
        bed.doors.environment = ["PATH": "/given/bin", "JUPYTERHUB_API_TOKEN": "of another hub", "JPY_X": "x"]
        bed.doors.program = "/new/hubfleet"
        try await bed.deploy()
        let engine = bed.engine
        let hub = try engine.hub(under: engine.lock(bed.hub))
        let run = LocalHubRun(hub: hub, doors: bed.doors, store: bed.store, tell: { _ in })
        let programs = hub.environment + "/bin"
        #expect(
            run.invocation
                == Invocation(
                    programs + "/python", ["-m", "jupyterhub", "--config", bed.hubFolder.revision(1).config],
                    environment: [
                        "HUBFLEET_HUB": bed.hubFolder.root, "HUBFLEET_PROGRAM": "/new/hubfleet",
                        "HUBFLEET_REVISION": bed.hubFolder.revision(1).path, "PATH": "\(programs):/given/bin",
                        "PYTHONUNBUFFERED": "1",
                        "PYTHONDONTWRITEBYTECODE": "1", "JUPYTERHUB_API_TOKEN": nil, "JPY_X": nil,
                        "SOPS_AGE_KEY_FILE": nil, "SOPS_AGE_KEY": nil, "PYTHONPATH": nil, "PYTHONHOME": nil,
                        "VIRTUAL_ENV": nil, "CONFIGPROXY_AUTH_TOKEN": nil,
                    ], workingDirectory: bed.hubFolder.root))
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
