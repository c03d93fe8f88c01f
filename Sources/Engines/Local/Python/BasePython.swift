import FleetTools
import Foundation

/// The Python of this machine that environments are made from.
struct BasePython: Sendable {
    private let doors: Doors

    init(_ doors: Doors) { self.doors = doors }

    /// What a Python says of itself.
    private struct Facts: Decodable {
        let version: [Int]
        /// Where its programs and its modules are, without links.
        let places: [String]
    }

    private static let question = """
        import json, os, sys
        places = [os.path.realpath(sys.executable), os.path.realpath(os.__file__)]
        print(json.dumps({"version": sys.version_info[:2], "places": places}))
        """

    /// The first that is new enough and, where users have accounts of their own, can be run by these.
    /// - Throws: `LocalEngineError`, `CancellationError`.
    func find() async throws -> String {
        let candidates =
            doors.environment["HUBFLEET_PYTHON"].map { [$0] } ?? [
                "/usr/bin/python3", "python3", "/usr/local/bin/python3",
            ]
        var problem: LocalEngineError?
        for candidate in candidates {
            guard let facts = try await facts(candidate) else { continue }
            guard facts.version.count == 2, (facts.version[0], facts.version[1]) >= (3, 10) else {
                let version = facts.version.map(String.init).joined(separator: ".")
                if case .closedPython = problem { continue }
                problem = .oldPython(path: candidate, version: version)
                continue
            }
            let closed = doors.isRoot ? facts.places.lazy.compactMap(StateFolder.closedPart).first : nil
            guard let closed else { return candidate }
            if case .closedPython = problem { continue }
            problem = .closedPython(path: candidate, closed)
        }
        throw problem ?? LocalEngineError.noPython(tried: candidates)
    }

    /// Nil when it is none.
    private func facts(_ candidate: String) async throws -> Facts? {
        let call = Invocation(
            candidate, ["-I", "-c", Self.question], environment: CleanEnvironment.changes(doors.environment),
            workingDirectory: "/")
        do {
            return try JSONDecoder().decode(Facts.self, from: Data(try await doors.runner.check(call).standardOutput))
        } catch {
            try Task.checkCancellation()
            return nil
        }
    }
}
