import FleetModel
import FleetTools
import Foundation

/// The program `jsonnet`, which renders values that are computed.
package struct Jsonnet: Sendable {
    private let runner: any CommandRunner
    private let turnstile: Turnstile

    /// - Parameters:
    ///   - runner: runs jsonnet.
    ///   - width: how many calls run at a time.
    init(runner: any CommandRunner, width: Int = ProcessInfo.processInfo.activeProcessorCount) {
        self.runner = runner
        turnstile = Turnstile(width: width)
    }

    /// The call that renders a file to standard output. Its path stays as it is, also through symbolic links, because
    /// files look at their own path.
    package static func render(_ path: String, variables: [(name: String, value: String)]) -> Invocation {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let strings = variables.flatMap { ["--ext-str", "\($0.name)=\($0.value)"] }
        return Invocation("jsonnet", ["--jpath", folder] + strings + [path], timeLimit: .seconds(30))
    }

    /// What a file computes.
    ///
    /// - Parameters:
    ///   - path: the file, which may import others of the fleet.
    ///   - source: the fleet that it is a file of.
    ///   - variables: what it can ask for.
    /// - Returns: the JSON text.
    /// - Throws: `CommandError` with what jsonnet says, or `FleetSourceError`.
    func render(
        _ path: String, in source: any FleetSource, variables: [(name: String, value: String)]
    ) async throws -> [UInt8] {
        try await turnstile.pass { [runner] in
            try await source.onDisk(path, .amongOthers) { path in
                try await runner.check(Self.render(path, variables: variables)).standardOutput
            }
        }
    }
}
