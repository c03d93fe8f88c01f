import ArgumentParser
import UnixSignals

/// Ctrl-C and SIGTERM for commands that run other programs: these run in sessions of their own, so they have to be
/// stopped with the command.
enum Interruption {
    /// Runs the work. A signal cancels it, waits until it has tidied up, and ends with 128 + the signal's number.
    static func guarded<Result: Sendable>(
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                for await signal in signals { throw ExitCode(128 + signal.rawValue) }
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}
