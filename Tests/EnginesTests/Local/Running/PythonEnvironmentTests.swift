import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Synchronization
import Testing

@testable import Engines

@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct PythonEnvironmentTests {
    private func environment(_ folder: TemporaryFolder, _ runner: any CommandRunner) -> PythonEnvironment {
        var doors = Doors.closed
        doors.runner = runner
        return PythonEnvironment(state: StateFolder(path: folder.path), doors: doors)
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
        let first = try await environment(folder, runner).ensure("a==1\nb==2\n", tell: events.tell)
        let calls = runner.calls.count
        #expect(try await environment(folder, runner).ensure("a==1\nb==2\n", tell: events.tell) == first)
        #expect(runner.calls.count == calls)
        #expect(try await environment(folder, runner).ensure("a==2\n", tell: events.tell) != first)
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
            try await environment(folder, failing).ensure("a==1\n", tell: { _ in })
        }
        #expect(error == (isNetwork ? .noNetwork(lastLines: message) : .installFailed(lastLines: message)))
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/environments")
        #expect(left.allSatisfy { $0.hasSuffix(".lock") })
    }

    @Test func leavesNothingWhenItIsInterrupted() async throws {
        let folder = try TemporaryFolder()
        let events = Events()
        let time = ManualTime()
        let slow = runner { _ in
            try await time.sleep(for: .seconds(60))
            return CommandOutput()
        }
        let task = Task { try await environment(folder, slow).ensure("a==1\n", tell: events.tell) }
        await time.waitForSleepers()
        task.cancel()
        guard case .failure(let error) = await task.result else {
            Issue.record("the installation went on")
            return
        }
        #expect(error is CancellationError)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/environments")
        #expect(left.allSatisfy { $0.hasSuffix(".lock") })
    }

    @Test(arguments: [(false, 0o700), (true, 0o755)])
    func othersPassOnlyWhereServersHaveAccounts(_ areSeparate: Bool, _ mode: Int) async throws {
        var bed = try await LocalBed()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: bed.folder.path)
        try FileManager.default.removeItem(atPath: bed.state.environments)
        bed.doors.isRoot = areSeparate
        bed.doors.runner = runner { _ in CommandOutput() }
        try await bed.deploy()
        #expect(bed.events.all.contains { if case .installed = $0 { true } else { false } })
        for path in [bed.state.path, bed.state.environments, bed.state.path + "/fleets"] {
            #expect(try bed.mode(path) == mode, "\(path)")
        }
    }

    @Test func replacesWhatAKilledInstallationLeft() async throws {
        let folder = try TemporaryFolder()
        let runner = runner { _ in CommandOutput() }
        let place = try await environment(folder, runner).ensure("a==1\n", tell: { _ in })
        try FileManager.default.removeItem(atPath: place + "/.hubfleet-complete")
        _ = FileManager.default.createFile(atPath: place + "/half", contents: nil)
        #expect(try await environment(folder, runner).ensure("a==1\n", tell: { _ in }) == place)
        #expect(!FileManager.default.fileExists(atPath: place + "/half"))
    }

    @Test func saysWhatPythonIsMissing() async throws {
        let folder = try TemporaryFolder()
        let none = ScriptedCommandRunner { throw CommandError.notFound(program: $0.program) }
        await #expect(
            throws: LocalEngineError.noPython(tried: ["/usr/bin/python3", "python3", "/usr/local/bin/python3"])
        ) {
            try await environment(folder, none).ensure("a==1\n", tell: { _ in })
        }
        let old = runner(version: "3.9") { _ in CommandOutput() }
        await #expect(throws: LocalEngineError.oldPython(path: "/usr/local/bin/python3", version: "3.9")) {
            try await environment(folder, old).ensure("a==1\n", tell: { _ in })
        }
        let bare = ScriptedCommandRunner { invocation in
            if invocation.program == "uv" { throw CommandError.notFound(program: "uv") }
            return invocation.arguments.contains("-c")
                ? CommandOutput(standardOutput: Array("3.12".utf8))
                : CommandOutput(standardError: "ensurepip is not available", status: 1)
        }
        await #expect(throws: LocalEngineError.noVenvModule(python: "/usr/bin/python3")) {
            try await environment(folder, bare).ensure("a==1\n", tell: { _ in })
        }
    }
}
