import FleetTools
import Foundation
import Texts

/// An upgrade of JupyterHub that is tried on a copy of a hub's database, by real hubs of this machine that nobody reaches.
package struct Rehearsal: Sendable {
    package struct Step: Sendable, Equatable, Codable {
        package enum Name: String, Sendable, Codable {
            /// The database is copied.
            case copy
            /// The present JupyterHub runs on the copy.
            case old
            /// The other one brings it up to date.
            case migration
            /// The other one runs on it.
            case new
            /// The present one runs on the first copy again.
            case back
        }

        package let step: Name
        package let seconds: Double?
        /// The version of the JupyterHub that ran.
        package let version: String?
        /// How many users, groups, tokens … are in the database then.
        package let counts: [String: Int]?
        /// Why it failed.
        package let error: String?
    }

    private let doors: Doors

    /// - Parameter doors: those to the outside.
    package init(doors: Doors) { self.doors = doors }

    /// Takes all steps, until one fails.
    ///
    /// - Parameters:
    ///   - database: the file; it is only read, also while a hub writes.
    ///   - old: the folder of the Python environment that the hub has.
    ///   - new: the folder of the other one.
    ///   - tell: told of each step when it is over.
    /// - Returns: the steps that were taken.
    /// - Throws: `CommandError`, `FileError`.
    package func run(
        _ database: String, from old: String, to new: String, tell: @escaping @Sendable (Step) async -> Void
    ) async throws -> [Step] {
        let folder = try PrivateFolder()
        defer { folder.remove() }
        for name in ["database.py", "rehearsal.py"] {
            try folder.write(Array((EmbeddedFiles.all["hubfleet_hub/\(name)"] ?? "").utf8), to: "python/\(name)")
        }
        let work = folder.path + "/work"
        try FileWriting.makeFolder(work, permissions: 0o700)
        let call = Invocation(
            "\(new)/bin/python",
            ["-I", "\(folder.path)/python/rehearsal.py", database, work, "\(old)/bin/python", "\(new)/bin/python"],
            environment: CleanEnvironment.changes(doors.environment, adding: ["PYTHONDONTWRITEBYTECODE": "1"]),
            workingDirectory: "/", timeLimit: .seconds(7_200))
        let steps = Steps()
        let status = try await doors.runner.run(call) { line in
            guard let step = await steps.add(line.text) else { return }
            await tell(step)
        }
        let taken = await steps.all
        guard status == 0 || taken.last?.error != nil else {
            return taken + [
                Step(
                    step: taken.last?.step ?? .copy, seconds: nil, version: nil, counts: nil,
                    error: await steps.others.suffix(2).joined(separator: " / "))
            ]
        }
        return taken
    }

    private actor Steps {
        private(set) var all: [Step] = []
        /// Lines that are no steps.
        private(set) var others: [String] = []

        func add(_ line: String) -> Step? {
            guard let step = try? JSONDecoder().decode(Step.self, from: Data(line.utf8)) else {
                others.append(line)
                return nil
            }
            all.append(step)
            return step
        }
    }
}
