import FleetTesting
import FleetTools
import Foundation
import Synchronization
import Testing

/// Real hubs, one after the other: each takes half a gigabyte. No test may take longer than its suite, so that long checks
/// have a limit of their own.
@Suite(
    .tags(.large), .serialized,
    .timeLimit(.minutes(ProcessInfo.processInfo.environment["HUBFLEET_LONG"] == nil ? 20 : 240)))
struct HubsSerial {}

/// The built `hubfleet`, run as people run it.
final class HubProgram: Sendable {
    /// Beside the bundle of tests, so it is always the one that was just built.
    static let path =
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path + "/hubfleet"

    /// One folder for the Python environment of all tests of this account; hubs have folders of their own.
    static let sharedState = "/tmp/hubfleet-tests-\(getuid())"

    /// What `up --format json` prints when hubs are ready.
    struct Ready: Decodable {
        struct Hub: Decodable {
            let id: String
            let url: String
            let address: String
            let administrators: [String]
            let administratorsPassword: String?
            let usersPassword: String?
            let log: String
            let configuration: String
            let environment: String

            var folder: String { URL(filePath: log).deletingLastPathComponent().path }
        }

        let hubs: [Hub]
    }

    private let folder: TemporaryFolder
    private let task: Task<Void, Never>
    private let state: State

    /// What the task that waits for the program knows of it.
    private final class State: Sendable {
        let id = Mutex<Int32>(0)
        let status = Mutex<Int?>(nil)
    }

    /// Starts `hubfleet` with arguments, by way of a `launcher` such as `setpriv` if there is one.
    init(_ arguments: [String], environment: [String: String] = [:], launcher: [String] = []) async throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        let script = "exec \"$@\" >'\(folder.path)/out' 2>'\(folder.path)/err'"
        // Keys and caches that commands make are none of this account's.
        let variables = [
            "PATH": RealThings.searchPath, "CI": "true", "XDG_CONFIG_HOME": Self.sharedState + "/config",
            "XDG_CACHE_HOME": folder.path + "/cache",
        ].merging(environment) { $1 }
        let invocation = Invocation(
            "/bin/sh", ["-c", script, "sh"] + launcher + [Self.path] + arguments, environment: variables,
            workingDirectory: folder.path)
        let state = State()
        self.state = state
        task = Task {
            let status = try? await SubprocessServiceRunner().run(
                invocation, log: folder.path + "/log", gracePeriod: .seconds(12),
                started: { id in state.id.withLock { $0 = id } })
            state.status.withLock { $0 = status ?? -1 }
        }
        while id == 0, status == nil { try await Task.sleep(for: .milliseconds(5)) }
    }

    deinit { task.cancel() }

    var id: Int32 { state.id.withLock { $0 } }
    /// Nil while it runs.
    var status: Int? { state.status.withLock { $0 } }
    var output: String { (try? folder.read("out")) ?? "" }
    var messages: String { (try? folder.read("err")) ?? "" }

    func kill(_ signal: Int32) {
        if id > 0, status == nil { _ = Foundation.kill(id, signal) }
    }

    /// Waits until the hubs are ready.
    func ready(within limit: Duration = .seconds(300)) async throws -> Ready {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end, status == nil {
            if let ready = try? JSONDecoder().decode(Ready.self, from: Data(output.utf8)) { return ready }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw EndedEarly(messages: messages)
    }

    /// Waits for the end; the status as shells give it.
    func end(within limit: Duration = .seconds(180)) async throws -> Int {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if let status { return status }
            try await Task.sleep(for: .milliseconds(20))
        }
        kill(SIGKILL)
        throw EndedEarly(messages: "did not end in time:\n\(messages)")
    }

    /// Waits until its messages hold a text so many times.
    func say(_ text: String, times: Int = 1, within limit: Duration = .seconds(180)) async throws {
        let end = ContinuousClock.now + limit
        while messages.components(separatedBy: text).count <= times {
            guard ContinuousClock.now < end, status == nil else { throw EndedEarly(messages: messages) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Stops as Ctrl-C or a service manager does.
    /// - Returns: the status and how long it took.
    func stop(_ signal: Int32 = SIGTERM) async throws -> (status: Int, duration: Duration) {
        let start = ContinuousClock.now
        kill(signal)
        return (try await end(), ContinuousClock.now - start)
    }

    struct EndedEarly: Error, CustomStringConvertible {
        let messages: String
        var description: String { "hubfleet ended early, or was not ready in time:\n\(messages)" }
    }

    /// Runs to the end and gives status, result and messages.
    static func run(
        _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> (status: Int, output: String, messages: String) {
        let program = try await HubProgram(arguments, environment: environment)
        let status = try await program.end(within: .seconds(120))
        return (status, program.output, program.messages)
    }
}
