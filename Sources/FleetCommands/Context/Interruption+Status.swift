import ArgumentParser
import FleetTools
import Foundation

extension Interruption {
    /// Runs the work of a command. A signal cancels it, waits until it has tidied up, and ends with 128 + the signal's
    /// number.
    static func guarded<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let outcome = await watch([SIGINT, SIGTERM], .cancel, work: work)
        if let signal = outcome.signal { throw ExitCode(128 + signal) }
        return try outcome.result.get()
    }
}
