import FleetTools
import Foundation

/// Proves that the Python environment of a hub works for an account of a user before the hub is said to be ready.
struct EnvironmentProof: Sendable {
    private let hub: LocalHub
    private let doors: Doors

    init(_ hub: LocalHub, _ doors: Doors) {
        self.hub = hub
        self.doors = doors
    }

    /// Made when all of it was tried, for accounts of users or for this one alone; a new environment has none.
    private var mark: String { hub.environment + "/.hubfleet-proved-" + (doors.isRoot ? "accounts" : "own") }
    private var isProved: Bool { FileManager.default.fileExists(atPath: mark) }

    /// Tries all of it once, and then at each start what is quickly tried.
    /// - Throws: `LocalEngineError.brokenEnvironment`.
    func run() async throws {
        let script = hub.folder.revision(hub.revision.revision.number).python + "/hubfleet_hub/check_environment.py"
        // One of the last numbers of the hub's range, which no user has.
        let account = hub.folder.administratorsGroup + 9_998
        let arguments =
            ["-I", script] + (isProved ? ["--quick"] : [])
            + (doors.isRoot ? ["--user", "\(account)", "--group", "\(account)"] : [])
        struct Answer: Decodable {
            let ok: Bool
            let why: String?
        }
        let output: CommandOutput
        do {
            output = try await doors.runner.run(
                Invocation(
                    hub.environment + "/bin/python", arguments, environment: hub.variables(doors),
                    workingDirectory: "/", timeLimit: .seconds(120)))
        } catch let error as CommandError {
            throw LocalEngineError.brokenEnvironment(folder: hub.environment, reason: "\(error)")
        }
        let answer = try? JSONDecoder().decode(Answer.self, from: Data(output.standardOutput))
        guard answer?.ok != true else {
            // A folder that cannot be written to is proved again each time.
            try? FileWriting.write("", to: mark, permissions: 0o644)
            return
        }
        let reason = answer?.why ?? output.standardError.lastLines(3)
        throw LocalEngineError.brokenEnvironment(folder: hub.environment, reason: reason)
    }
}
