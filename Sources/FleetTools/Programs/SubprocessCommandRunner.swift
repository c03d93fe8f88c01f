import Foundation
import Logging
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// Runs programs with swift-subprocess. Each child gets a session of its own, so that stopping it stops its children.
package struct SubprocessCommandRunner: CommandRunner {
    /// More output than this is an error, so that a program gone wild cannot fill the memory. 64 MiB.
    private static let outputLimit = 64 << 20
    private let logger: Logger

    package init(logger: Logger) {
        self.logger = logger
    }

    package func run(_ invocation: Invocation) async throws -> CommandOutput {
        logger.debug(
            "running program",
            metadata: ["program": "\(invocation.program)", "arguments": "\(invocation.arguments)"])
        return try await withThrowingTaskGroup(of: CommandOutput?.self) { group in
            group.addTask { try await runToEnd(invocation) }
            group.addTask {
                try await Task.sleep(for: invocation.timeLimit)
                return nil
            }
            defer { group.cancelAll() }
            guard let output = try await group.next() ?? nil else {
                throw CommandError.tookTooLong(program: invocation.program, limit: invocation.timeLimit)
            }
            return output
        }
    }

    private func runToEnd(_ invocation: Invocation) async throws -> CommandOutput {
        do {
            let result = try await Subprocess.run(
                invocation.executable, arguments: Arguments(invocation.arguments),
                environment: invocation.subprocessEnvironment,
                workingDirectory: invocation.workingDirectory.map { FilePath($0) },
                platformOptions: .ownSession(gracePeriod: .seconds(2)), input: .array(invocation.standardInput),
                output: .bytes(limit: Self.outputLimit), error: .bytes(limit: Self.outputLimit))
            return CommandOutput(
                standardOutput: result.standardOutput,
                standardError: String(decoding: result.standardError, as: UTF8.self),
                status: result.terminationStatus.code)
        } catch let error as SubprocessError {
            throw CommandError(error, program: invocation.program)
        }
    }
}

extension Invocation {
    var executable: Executable { program.contains("/") ? .path(FilePath(program)) : .name(program) }

    var subprocessEnvironment: Environment {
        .inherit.updating(
            Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) }))
    }
}

extension CommandError {
    init(_ error: SubprocessError, program: String) {
        self =
            error.code == .executableNotFound
            ? .notFound(program: program) : .notStarted(program: program, reason: error.description)
    }
}

extension PlatformOptions {
    /// A session of its own; on cancellation SIGTERM, then, after the grace period, SIGKILL, both to the whole group.
    static func ownSession(gracePeriod: Duration) -> PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: gracePeriod)
        ]
        return options
    }
}

extension TerminationStatus {
    /// The status as shells give it: 128 + N for signal N.
    var code: Int {
        switch self {
        case .exited(let code): Int(code)
        case .signaled(let signal): 128 + Int(signal)
        }
    }
}
