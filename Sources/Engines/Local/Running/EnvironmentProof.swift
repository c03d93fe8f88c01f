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

    /// - Throws: `LocalEngineError.brokenEnvironment`.
    func run() async throws {
        let script = hub.folder.revision(hub.revision.revision.number).python + "/hubfleet_hub/check_environment.py"
        // The last number of the hub's range is no user's.
        let account = hub.folder.administratorsGroup + 9_999
        let arguments = ["-I", script] + (doors.isRoot ? ["--user", "\(account)", "--group", "\(account)"] : [])
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
        guard answer?.ok != true else { return }
        let reason = answer?.why ?? output.standardError.lastLines(3)
        throw LocalEngineError.brokenEnvironment(folder: hub.environment, reason: reason)
    }
}
