import FleetTesting
import Foundation
import Synchronization
import Testing

/// The built `hubfleet`, run as people run it.
final class HubProgram: Sendable {
    /// Beside the bundle of tests, so it is always the one that was just built.
    static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path + "/hubfleet"

    /// One folder for the Python environment of all tests of this account; hubs have folders of their own.
    static let sharedState = "/tmp/hubfleet-tests-\(getuid())"

    /// What `up --format json` prints when hubs are ready.
    struct Ready: Decodable {
        struct Hub: Decodable {
            let id: String
            let url: String
            let administrators: [String]
            let administratorsPassword: String?
            let usersPassword: String?
            let homes: String
            let log: String
            let configuration: String
            let environment: String

            var folder: String { URL(filePath: log).deletingLastPathComponent().path }
        }

        let hubs: [Hub]
    }

    let folder: TemporaryFolder
    private let process: Mutex<Process>
    let id: Int32

    /// Starts `hubfleet` with arguments.
    init(_ arguments: [String], environment: [String: String] = [:], launcher: [String] = []) throws {
        folder = try TemporaryFolder()
        try folder.write(["out": "", "err": ""])
        let command = launcher + [Self.path] + arguments
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.environment = ProcessInfo.processInfo.environment
            .merging(["PATH": RealThings.searchPath, "CI": "true"]) { $1 }.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: folder.path + "/out")
        process.standardError = FileHandle(forWritingAtPath: folder.path + "/err")
        try process.run()
        id = process.processIdentifier
        self.process = Mutex(process)
    }

    deinit {
        if isRunning { kill(SIGKILL) }
    }

    var isRunning: Bool { process.withLock { $0.isRunning } }
    var output: String { (try? folder.read("out")) ?? "" }
    var messages: String { (try? folder.read("err")) ?? "" }

    func kill(_ signal: Int32) { _ = Foundation.kill(id, signal) }

    /// Waits until the hubs are ready.
    func ready(within limit: Duration = .seconds(240)) async throws -> Ready {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if let ready = try? JSONDecoder().decode(Ready.self, from: Data(output.utf8)) { return ready }
            guard isRunning else { throw EndedEarly(messages: messages) }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw EndedEarly(messages: "not ready in time: \(messages)")
    }

    /// Waits for the end; the status as shells give it.
    func end(within limit: Duration = .seconds(60)) async throws -> Int32 {
        let end = ContinuousClock.now + limit
        while isRunning {
            guard ContinuousClock.now < end else { throw EndedEarly(messages: "still running: \(messages)") }
            try await Task.sleep(for: .milliseconds(50))
        }
        return process.withLock { $0.terminationReason == .exit ? $0.terminationStatus : 128 + $0.terminationStatus }
    }

    /// Stops as Ctrl-C or a service manager does.
    /// - Returns: the status and how long it took.
    func stop(_ signal: Int32 = SIGTERM) async throws -> (status: Int32, duration: Duration) {
        let start = ContinuousClock.now
        kill(signal)
        return (try await end(), ContinuousClock.now - start)
    }

    struct EndedEarly: Error, CustomStringConvertible {
        let messages: String
        var description: String { "hubfleet ended early:\n\(messages)" }
    }

    /// Runs to the end and gives status, result and messages.
    static func run(
        _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> (status: Int32, output: String, messages: String) {
        let program = try HubProgram(arguments, environment: environment)
        let status = try await program.end(within: .seconds(120))
        return (status, program.output, program.messages)
    }
}
