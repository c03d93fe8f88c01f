import FleetTools
import Foundation

/// The program `jsonnet`, which renders values that are computed.
package struct Jsonnet: Sendable {
    private let runner: any CommandRunner

    package init(runner: any CommandRunner) {
        self.runner = runner
    }

    /// The call that renders a file to standard output. Its path stays as it is, also through symbolic links, because
    /// files look at their own path.
    package static func render(_ path: String, variables: [(name: String, value: String)]) -> Invocation {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let strings = variables.flatMap { ["--ext-str", "\($0.name)=\($0.value)"] }
        return Invocation("jsonnet", ["--jpath", folder] + strings + [path], timeLimit: .seconds(30))
    }

    /// - Returns: the JSON text.
    /// - Throws: `CommandError` with what jsonnet says.
    package func render(_ path: String, variables: [(name: String, value: String)]) async throws -> [UInt8] {
        try await runner.check(Self.render(path, variables: variables)).standardOutput
    }
}
