import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Synchronization
import Testing

@testable import Engines

/// Gathers events.
final class Events: Sendable {
    private let kept = Mutex<[LocalEngineEvent]>([])
    var all: [LocalEngineEvent] { kept.withLock { $0 } }
    var emit: @Sendable (LocalEngineEvent) -> Void { { event in self.kept.withLock { $0.append(event) } } }
}

@Suite(.tags(.medium), .timeLimit(.minutes(5)))
struct PythonEnvironmentTests {
    private func environment(_ folder: TemporaryFolder, _ runner: any CommandRunner) -> PythonEnvironment {
        PythonEnvironment(
            state: StateFolder(path: folder.path), runner: runner, chosenPython: nil)
    }

    /// Plays Python 3.11 and pip; `install` plays the installation in the environment's folder.
    private func runner(
        uv: Bool = false, version: String = "3.11", install: @escaping @Sendable (String) async throws -> CommandOutput
    ) -> ScriptedCommandRunner {
        ScriptedCommandRunner { invocation in
            if invocation.program == "uv", !uv { throw CommandError.notFound(program: "uv") }
            if invocation.arguments == ["--version"] { return CommandOutput() }
            if invocation.arguments.contains("-c") { return CommandOutput(standardOutput: Array(version.utf8)) }
            if invocation.arguments.contains("venv"), let folder = invocation.arguments.last {
                try FileManager.default.createDirectory(atPath: folder + "/bin", withIntermediateDirectories: true)
                _ = FileManager.default.createFile(
                    atPath: folder + "/bin/python", contents: nil, attributes: [.posixPermissions: 0o755])
                return CommandOutput()
            }
            return try await install(invocation.program)
        }
    }

    @Test(arguments: [true, false]) func installsOnceForEachRequirementsFile(uv: Bool) async throws {
        let folder = try TemporaryFolder()
        let runner = runner(uv: uv) { _ in CommandOutput() }
        let events = Events()
        let first = try await environment(folder, runner).ensure("a==1\nb==2\n", emit: events.emit)
        let calls = runner.calls.count
        #expect(try await environment(folder, runner).ensure("a==1\nb==2\n", emit: events.emit) == first)
        #expect(runner.calls.count == calls)
        #expect(try await environment(folder, runner).ensure("a==2\n", emit: events.emit) != first)
        #expect(events.all.first == .installing(packages: 2, withUV: uv))
        #expect(runner.calls.contains { $0.arguments.contains("--require-hashes") })
    }

    @Test(arguments: [
        ("dns error: failed to lookup address information", true), ("THESE PACKAGES DO NOT MATCH THE HASHES", false),
    ])
    func leavesNothingAfterAFailure(_ message: String, isNetwork: Bool) async throws {
        let folder = try TemporaryFolder()
        let failing = runner { _ in CommandOutput(standardError: message, status: 1) }
        let error = await #expect(throws: LocalEngineError.self) {
            try await environment(folder, failing).ensure("a==1\n", emit: { _ in })
        }
        #expect(error == (isNetwork ? .noNetwork(lastLines: message) : .installFailed(lastLines: message)))
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/environments")
        #expect(left.allSatisfy { $0.hasSuffix(".lock") })
    }

    @Test func leavesNothingWhenItIsInterrupted() async throws {
        let folder = try TemporaryFolder()
        let events = Events()
        let slow = runner { _ in
            try await Task.sleep(for: .seconds(60))
            return CommandOutput()
        }
        let task = Task { try await environment(folder, slow).ensure("a==1\n", emit: events.emit) }
        while events.all.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        guard case .failure(let error) = await task.result else {
            Issue.record("the installation went on")
            return
        }
        #expect(error is CancellationError)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/environments")
        #expect(left.allSatisfy { $0.hasSuffix(".lock") })
    }

    @Test func replacesWhatAKilledInstallationLeft() async throws {
        let folder = try TemporaryFolder()
        let runner = runner { _ in CommandOutput() }
        let place = try await environment(folder, runner).ensure("a==1\n", emit: { _ in })
        try FileManager.default.removeItem(atPath: place + "/.hubfleet-complete")
        _ = FileManager.default.createFile(atPath: place + "/half", contents: nil)
        #expect(try await environment(folder, runner).ensure("a==1\n", emit: { _ in }) == place)
        #expect(!FileManager.default.fileExists(atPath: place + "/half"))
    }

    @Test func saysWhatPythonIsMissing() async throws {
        let folder = try TemporaryFolder()
        let none = ScriptedCommandRunner { throw CommandError.notFound(program: $0.program) }
        await #expect(
            throws: LocalEngineError.noPython(tried: ["/usr/bin/python3", "python3", "/usr/local/bin/python3"])
        ) {
            try await environment(folder, none).ensure("a==1\n", emit: { _ in })
        }
        let old = runner(version: "3.9") { _ in CommandOutput() }
        await #expect(throws: LocalEngineError.oldPython(path: "/usr/local/bin/python3", version: "3.9")) {
            try await environment(folder, old).ensure("a==1\n", emit: { _ in })
        }
        let bare = ScriptedCommandRunner { invocation in
            if invocation.program == "uv" { throw CommandError.notFound(program: "uv") }
            return invocation.arguments.contains("-c")
                ? CommandOutput(standardOutput: Array("3.12".utf8))
                : CommandOutput(standardError: "ensurepip is not available", status: 1)
        }
        await #expect(throws: LocalEngineError.noVenvModule(python: "/usr/bin/python3")) {
            try await environment(folder, bare).ensure("a==1\n", emit: { _ in })
        }
    }
}

@Suite(.tags(.medium), .timeLimit(.minutes(5)))
struct LocalHubRunTests {
    private func serve(
        _ folder: TemporaryFolder, events: Events, healthy: Bool,
        service: @escaping @Sendable (Int) async throws -> Int
    ) async throws {
        let starts = Mutex(0)
        let services = ScriptedServiceRunner { _, log in
            try Data("why it died\n".utf8).write(to: URL(filePath: log))
            return try await service(
                starts.withLock {
                    $0 += 1
                    return $0
                })
        }
        let tools = LocalEngine.Tools(
            runner: RefusingCommandRunner(), services: services, hubAPI: ScriptedHubAPI { _ in healthy },
            webFiles: ScriptedWebFiles())
        let engine = LocalEngine(state: StateFolder(path: folder.path), tools: tools, isRoot: false)
        let values = EffectiveValues.sample(layers: [])
        let hub = try await engine.prepare(
            SampleHub.hub, values: values, fleetRoot: "/fleet", environment: "/env", options: .init(), taken: [],
            emit: events.emit)
        try await engine.serve(hub, emit: events.emit)
    }

    @Test func aHubThatDiesAtStartShowsItsLog() async throws {
        let folder = try TemporaryFolder()
        let events = Events()
        let error = await #expect(throws: LocalEngineError.self) {
            try await serve(folder, events: events, healthy: false) { _ in 1 }
        }
        guard case .diedAtStart("c/prod", 1, _, "why it died", [])? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(events.all == [.starting(hub: "c/prod"), .stopping(hub: "c/prod"), .stopped(hub: "c/prod")])
    }

    @Test func aHubThatCrashesIsStartedAgainUntilItIsTooOften() async throws {
        let folder = try TemporaryFolder()
        let events = Events()
        let error = await #expect(throws: LocalEngineError.self) {
            try await serve(folder, events: events, healthy: true) { _ in
                try await Task.sleep(for: .milliseconds(400))
                return 137
            }
        }
        guard case .diedTooOften("c/prod", 5, _, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(events.all.count { $0 == .diedAndRestarts(hub: "c/prod", status: 137) } == 4)
    }

    @Test func stopsWhenItIsCancelled() async throws {
        let folder = try TemporaryFolder()
        let events = Events()
        let task = Task {
            try await serve(folder, events: events, healthy: true) { _ in
                try? await Task.sleep(for: .seconds(60))
                return 0
            }
        }
        while !events.all.contains(where: { if case .ready = $0 { true } else { false } }) {
            try await Task.sleep(for: .milliseconds(10))
        }
        task.cancel()
        try await task.value
        #expect(events.all.last == .stopped(hub: "c/prod"))
        #expect(!events.all.contains(.diedAndRestarts(hub: "c/prod", status: 0)))
    }

    @Test func oneHubIsServedOnce() async throws {
        let folder = try TemporaryFolder()
        let tools = LocalEngine.Tools(
            runner: RefusingCommandRunner(), services: ScriptedServiceRunner { _, _ in 0 },
            hubAPI: ScriptedHubAPI { _ in true }, webFiles: ScriptedWebFiles())
        let engine = LocalEngine(state: StateFolder(path: folder.path), tools: tools, isRoot: false)
        let values = EffectiveValues.sample(layers: [])
        let first = try await engine.prepare(
            SampleHub.hub, values: values, fleetRoot: "/f", environment: "/env", options: .init(), taken: [],
            emit: { _ in })
        let error = await #expect(throws: LocalEngineError.self) {
            try await engine.prepare(
                SampleHub.hub, values: values, fleetRoot: "/f", environment: "/env", options: .init(), taken: [],
                emit: { _ in })
        }
        #expect(error?.description.contains("c/prod already runs: process \(getpid()) serves it since") == true)
        withExtendedLifetime(first) {}
    }

    @Test func copiesTheLogoOfTheHomePage() async throws {
        let folder = try TemporaryFolder()
        let address = "https://example.org/logo.svg?size=1"
        let tree = try SampleHub.tree(
            "jupyterhub: {custom: {homepage: {templateVars: {org: {logo_url: \"\(address)\"}}}}}", "f.yaml")
        let values = EffectiveValues.sample(layers: [Layer(kind: .file, file: "f.yaml", values: tree)])
        func settings(_ web: [String: [UInt8]]) async throws -> LocalSettings {
            let tools = LocalEngine.Tools(
                runner: RefusingCommandRunner(), services: ScriptedServiceRunner { _, _ in 0 },
                hubAPI: ScriptedHubAPI { _ in true }, webFiles: ScriptedWebFiles(web))
            let engine = LocalEngine(state: StateFolder(path: folder.path), tools: tools, isRoot: false)
            return try await engine.prepare(
                SampleHub.hub, values: values, fleetRoot: "/f", environment: "/env", options: .init(), taken: [],
                emit: { _ in }
            ).settings
        }
        #expect(try await settings([:]).limits.contains { $0.what == "logo of the home page" })
        let copied = try await settings([address: Array("<svg/>".utf8)])
        let logo = try #require(copied.sections.flatMap(\.settings).first { $0.name == "c.JupyterHub.logo_file" })
        guard case .string(let path) = logo.value else {
            Issue.record("the logo is no path")
            return
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "<svg/>")
        #expect(!copied.limits.contains { $0.what == "logo of the home page" })
        // Without the web, the copy of the last start is there.
        #expect(try await settings([:]) == copied)
    }
}
