import Foundation
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// Runs a program that serves until it is stopped, such as a hub, with its output going to a log file.
package protocol ServiceRunner: Sendable {
    /// Runs the program in a session of its own until it ends by itself, or, when the task is cancelled, stops it.
    ///
    /// - Parameters:
    ///   - invocation: the call; its time limit does not count.
    ///   - log: the file that its output is added to.
    ///   - gracePeriod: how long it may take to stop after SIGTERM before it is killed.
    ///   - started: called with the process number once it runs.
    /// - Returns: the status that it ended with, as shells give it.
    /// - Throws: `CommandError` when the program cannot be started.
    func run(
        _ invocation: Invocation, log: String, gracePeriod: Duration, started: @escaping @Sendable (Int32) async -> Void
    ) async throws -> Int
}

/// Runs services with swift-subprocess.
package struct SubprocessServiceRunner: ServiceRunner {
    package init() {}

    package func run(
        _ invocation: Invocation, log: String, gracePeriod: Duration, started: @escaping @Sendable (Int32) async -> Void
    ) async throws -> Int {
        let file = try FileDescriptor.open(
            FilePath(log), .writeOnly, options: [.append, .create, .closeOnExec], permissions: .ownerReadWrite)
        defer { try? file.close() }
        var options = PlatformOptions()
        options.createSession = true
        // To the program alone: it stops its own children in their order, and what it leaves is swept afterwards.
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: gracePeriod)]
        do {
            let result = try await Subprocess.run(
                invocation.executable, arguments: Arguments(invocation.arguments),
                environment: invocation.subprocessEnvironment,
                workingDirectory: invocation.workingDirectory.map { FilePath($0) }, platformOptions: options,
                input: .none,
                output: .fileDescriptor(file, closeAfterSpawningProcess: false), error: .combinedWithOutput
            ) { execution in
                await started(execution.processIdentifier.value)
            }
            return result.terminationStatus.code
        } catch let error as SubprocessError {
            throw CommandError(error, program: invocation.program)
        }
    }
}
