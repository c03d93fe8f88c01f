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

    /// What a Python of a version says of itself.
    private static func facts(_ version: String, places: [String] = []) -> CommandOutput {
        let numbers = version.replacing(".", with: ", ")
        let places = places.map { "\"\($0)\"" }.joined(separator: ", ")
        return CommandOutput(standardOutput: Array("{\"version\": [\(numbers)], \"places\": [\(places)]}".utf8))
    }

    /// Plays Python 3.11 and pip; `install` plays the installation in the environment's folder.
    private func runner(
        uv: Bool = false, version: String = "3.11", install: @escaping @Sendable (String) async throws -> CommandOutput
    ) -> ScriptedCommandRunner {
        ScriptedCommandRunner { invocation in
            if invocation.program == "uv", !uv { throw CommandError.notFound(program: "uv") }
            if invocation.arguments == ["--version"] { return CommandOutput() }
            if invocation.arguments.contains("-c") { return Self.facts(version) }
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
        // The environment is looked at each time, and no more.
        #expect(runner.calls.count == calls + 1)
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
        try FileManager.default.removeItem(atPath: place + "/.hubfleet-compiled")
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
                ? Self.facts("3.12")
                : CommandOutput(standardError: "ensurepip is not available", status: 1)
        }
        await #expect(throws: LocalEngineError.noVenvModule(python: "/usr/bin/python3")) {
            try await environment(folder, bare).ensure("a==1\n", tell: { _ in })
        }
    }

    /// After an update of the system its Python may be another, which does not find what was installed.
    @Test func anEnvironmentThatDoesNotWorkAnyMoreIsMadeAnew() async throws {
        let folder = try TemporaryFolder()
        let isBroken = Mutex(false)
        let runner = ScriptedCommandRunner { call in
            if call.program == "uv" { throw CommandError.notFound(program: "uv") }
            if call.program.hasSuffix("/bin/python"), call.arguments.contains("-c") {
                return CommandOutput(status: isBroken.withLock { $0 } ? 1 : 0)
            }
            if call.arguments.contains("-c") { return Self.facts("3.11") }
            if call.arguments.contains("venv"), let folder = call.arguments.last {
                try FileWriting.makeFolder(folder + "/bin")
                try FileWriting.write("", to: folder + "/bin/python", permissions: 0o755)
            }
            return CommandOutput()
        }
        let place = try await environment(folder, runner).ensure("a==1\n", tell: { _ in })
        let events = Events()
        #expect(try await environment(folder, runner).ensure("a==1\n", tell: events.tell) == place)
        #expect(events.all == [])
        isBroken.withLock { $0 = true }
        _ = FileManager.default.createFile(atPath: place + "/old", contents: nil)
        #expect(try await environment(folder, runner).ensure("a==1\n", tell: events.tell) == place)
        #expect(events.all.first == .installing(packages: 1, withUV: false))
        #expect(!FileManager.default.fileExists(atPath: place + "/old"))
    }

    /// What an account has set for its own installations does harm here, but for where packages come from.
    @Test(arguments: [true, false]) func settingsOfTheAccountDoNotCount(uv: Bool) async throws {
        let folder = try TemporaryFolder()
        // As `pip config list` shows them: of several values, the ends of lines too.
        let list = """
            global.index-url='https://mirror/simple'
            global.extra-index-url='\\nhttps://one\\nhttps://two'
            global.user='true'
            install.no-index='no'

            """
        let runner = runner(uv: uv) { _ in CommandOutput(standardOutput: Array(list.utf8)) }
        var doors = Doors.closed
        doors.runner = runner
        doors.environment = [
            "PIP_USER": "1", "PIP_TARGET": "/t", "UV_LINK_MODE": "symlink", "PYTHONPATH": "/p", "CONDA_PREFIX": "/c",
            "PIP_CERT": "/cert", "UV_DEFAULT_INDEX": "https://mirror/simple", "HTTPS_PROXY": "http://proxy",
            "AWS_SECRET_ACCESS_KEY": "canary", "UV_INDEX_MIRROR_PASSWORD": "p", "PIP_CONFIG_FILE": "/mine",
        ]
        _ = try await PythonEnvironment(state: StateFolder(path: folder.path), doors: doors).ensure("a==1\n") { _ in }
        for call in runner.calls where call.arguments != ["--version"] {
            for name in [
                "PIP_USER", "PIP_TARGET", "UV_LINK_MODE", "PYTHONPATH", "CONDA_PREFIX", "AWS_SECRET_ACCESS_KEY",
            ] {
                #expect(call.environment[name] == .some(.none), "\(name) of \(call.program) \(call.arguments)")
            }
            #expect(call.environment["HTTPS_PROXY"] == nil, "it is inherited")
        }
        let install = try #require(runner.calls.last)
        #expect(install.environment["PIP_CERT"] == "/cert")
        #expect(install.environment["UV_DEFAULT_INDEX"] == "https://mirror/simple")
        #expect(install.environment["UV_INDEX_MIRROR_PASSWORD"] == "p")
        #expect(install.environment["UV_CACHE_DIR"] == folder.path + "/caches/uv")
        guard !uv else { return #expect(install.arguments.contains("--no-config")) }
        #expect(install.environment["PIP_INDEX_URL"] == "https://mirror/simple")
        #expect(install.environment["PIP_EXTRA_INDEX_URL"] == "https://one https://two")
        #expect(install.environment["PIP_NO_INDEX"] == "no")
        #expect(runner.calls.first { $0.arguments.contains("config") }?.environment["PIP_CONFIG_FILE"] == "/mine")
        #expect(install.environment["PIP_CONFIG_FILE"] == "/dev/null")
    }

    /// A Python in a folder of root cannot run users' servers.
    @Test func aPythonThatIsClosedToUsersIsPassedOver() async throws {
        let folder = try TemporaryFolder().write(["closed/python": "", "open/python": ""])
        chmod(folder.path, 0o755)
        chmod(folder.path + "/closed", 0o700)
        chmod(folder.path + "/open", 0o755)
        func find(_ closed: [String]) async throws -> String {
            var doors = Doors.closed
            doors.isRoot = true
            doors.runner = ScriptedCommandRunner { call in
                let isClosed = closed.contains(call.program)
                return Self.facts("3.11", places: [folder.path + (isClosed ? "/closed/python" : "/open/python")])
            }
            return try await BasePython(doors).find()
        }
        #expect(try await find(["/usr/bin/python3"]) == "python3")
        let all = ["/usr/bin/python3", "python3", "/usr/local/bin/python3"]
        await #expect(throws: LocalEngineError.closedPython(path: all[0], folder.path + "/closed")) {
            try await find(all)
        }
    }

    /// An index that only uv's file names: without the file the first try fails, whatever the network says of it.
    @Test(arguments: [true, false]) func theIndexOfAFileOfUVIsTriedSecond(isThere: Bool) async throws {
        let folder = try TemporaryFolder()
        let runner = ScriptedCommandRunner { call in
            if call.arguments.contains("-c") { return Self.facts("3.11") }
            if call.arguments.contains("venv"), let folder = call.arguments.last {
                try FileWriting.makeFolder(folder + "/bin")
                try FileWriting.write("", to: folder + "/bin/python", permissions: 0o755)
            }
            let fails = call.arguments.contains("install") && (call.arguments.contains("--no-config") || !isThere)
            return fails ? CommandOutput(standardError: "403 Forbidden", status: 2) : CommandOutput()
        }
        let environment = environment(folder, runner)
        if isThere {
            _ = try await environment.ensure("a==1\n", tell: { _ in })
        } else {
            await #expect(throws: LocalEngineError.installFailed(lastLines: "403 Forbidden")) {
                try await environment.ensure("a==1\n", tell: { _ in })
            }
        }
        #expect(runner.calls.count { $0.arguments.contains("install") } == 2)
    }
}
