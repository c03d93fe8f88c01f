import Foundation
import UnixSignals

/// What happens to work when the program is told to stop, as by Ctrl-C.
///
/// Programs that it runs have sessions of their own, and hubs shall end in order, so the process must not just end.
package enum Interruption {
    /// What a signal does to the work.
    package enum Manner: Sendable {
        /// It is cancelled, and tidies up.
        case cancel
        /// It is told, finishes what runs, and then ends by itself.
        case finish(tell: @Sendable () async -> Void)
    }

    /// How the work ended.
    package struct Outcome<Value: Sendable>: Sendable {
        package let result: Result<Value, any Error>
        /// The number of the signal that came meanwhile, if one did.
        package let signal: Int32?
    }

    private enum Step<Value: Sendable>: Sendable {
        case over(Result<Value, any Error>)
        case signal(Int32)
        case noSignal
    }

    /// Runs the work to its end. A second signal does no more than the first.
    ///
    /// - Parameters:
    ///   - numbers: the signals that count: SIGINT, SIGTERM, SIGHUP, SIGUSR1 or SIGUSR2.
    ///   - manner: what a signal does.
    ///   - told: called with the number of the signal when it comes, before the work is told.
    ///   - work: what is done.
    /// - Returns: how it ended.
    package static func watch<Value: Sendable>(
        _ numbers: [Int32], _ manner: Manner, told: @escaping @Sendable (Int32) -> Void = { _ in },
        work: @escaping @Sendable () async throws -> Value
    ) async -> Outcome<Value> {
        let known: [UnixSignal] = [.sigint, .sigterm, .sighup, .sigusr1, .sigusr2]
        // Held to the end: without it, a second signal would end the process in the middle of tidying up.
        let signals = await UnixSignalsSequence(trapping: known.filter { numbers.contains($0.rawValue) })
        defer { withExtendedLifetime(signals) {} }
        return await withTaskGroup(of: Step<Value>.self) { group in
            group.addTask {
                do { return .over(.success(try await work())) } catch { return .over(.failure(error)) }
            }
            group.addTask {
                for await signal in signals { return .signal(signal.rawValue) }
                return .noSignal
            }
            return await outcome(of: &group, manner, told: told)
        }
    }

    private static func outcome<Value: Sendable>(
        of group: inout TaskGroup<Step<Value>>, _ manner: Manner, told: @Sendable (Int32) -> Void
    ) async -> Outcome<Value> {
        var signal: Int32?
        while let step = await group.next() {
            switch step {
            case .over(let result):
                group.cancelAll()
                return Outcome(result: result, signal: signal)
            case .signal(let number):
                signal = number
                told(number)
                switch manner {
                case .cancel: group.cancelAll()
                case .finish(let tell): await tell()
                }
            case .noSignal: break
            }
        }
        return Outcome(result: .failure(CancellationError()), signal: signal)
    }
}
