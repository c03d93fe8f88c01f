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
        try await inTime(invocation) { try await runToEnd(invocation) }
    }

    package func run(
        _ invocation: Invocation, line: @escaping @Sendable (ProgramLine) async -> Void
    ) async throws -> Int {
        try await inTime(invocation) { try await runByLines(invocation, line: line) }
    }

    /// Stops what takes longer than it may.
    private func inTime<Answer: Sendable>(
        _ invocation: Invocation, _ work: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        logger.debug(
            "running program",
            metadata: ["program": "\(invocation.program)", "arguments": "\(invocation.arguments)"])
        return try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: invocation.timeLimit)
                return nil
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() ?? nil else {
                throw CommandError.tookTooLong(program: invocation.program, limit: invocation.timeLimit)
            }
            return answer
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

    private func runByLines(
        _ invocation: Invocation, line: @escaping @Sendable (ProgramLine) async -> Void
    ) async throws -> Int {
        do {
            let result = try await Subprocess.run(
                invocation.executable, arguments: Arguments(invocation.arguments),
                environment: invocation.subprocessEnvironment,
                workingDirectory: invocation.workingDirectory.map { FilePath($0) },
                platformOptions: .ownSession(gracePeriod: .seconds(2)), input: .array(invocation.standardInput),
                output: .sequence, error: .sequence
            ) { execution in
                async let output: Void = Self.cut(execution.standardOutput) { await line(ProgramLine(.output, $0)) }
                async let error: Void = Self.cut(execution.standardError) { await line(ProgramLine(.error, $0)) }
                _ = try await (output, error)
            }
            return result.terminationStatus.code
        } catch let error as SubprocessError {
            throw CommandError(error, program: invocation.program)
        }
    }

    private static func cut(_ stream: SubprocessOutputSequence, line: (String) async -> Void) async throws {
        var cutter = LineCutter()
        for try await piece in stream {
            for text in cutter.add(piece.withUnsafeBytes { Array($0) }) { await line(text) }
        }
        if let text = cutter.finish() { await line(text) }
    }
}

extension Invocation {
    var executable: Executable { program.contains("/") ? .path(FilePath(program)) : .name(program) }

    var subprocessEnvironment: Environment {
        let changes = Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) })
        guard inherits != .all else { return .inherit.updating(changes) }
        let seen = ProcessInfo.processInfo.environment.filter { inherits.includes($0.key) }
        return .custom(
            Dictionary(uniqueKeysWithValues: seen.map { (Environment.Key(stringLiteral: $0), $1) })
        ).updating(changes)
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
