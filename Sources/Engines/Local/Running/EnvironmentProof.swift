import FleetTools
import Foundation

/// Proves that the Python environment of a hub works for an account of a user before the hub is said to be ready.
struct EnvironmentProof: Sendable {
    let hub: LocalHub
    let doors: Doors

    /// Made when all of it was tried, for accounts of users or for this one alone; a new environment has none.
    private var mark: String { hub.environment + "/.hubfleet-proved-" + (doors.isRoot ? "accounts" : "own") }
    private var isProved: Bool { FileManager.default.fileExists(atPath: mark) }

    /// Tries all of it once, and then at each start what is quickly tried.
    /// - Throws: `LocalEngineError.brokenEnvironment`.
    func run() async throws {
        // One of the last numbers of the hub's range, which no user has.
        let account = hub.folder.administratorsGroup + 9_998
        let arguments =
            (isProved ? ["--quick"] : []) + (doors.isRoot ? ["--user", "\(account)", "--group", "\(account)"] : [])
        struct Answer: Decodable {
            let ok: Bool
            let why: String?
        }
        let output: CommandOutput
        do {
            output = try await doors.runner.run(hub.script("check_environment.py", arguments, doors))
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
