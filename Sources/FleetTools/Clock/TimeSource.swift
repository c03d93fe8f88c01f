import Foundation

/// What tells the time and waits, so that tests need not wait for real time.
package protocol TimeSource: Sendable {
    /// The time of day, for people and records. It may jump, as when somebody sets it.
    var now: Date { get }
    /// A moment to measure durations from; it never jumps and never goes back.
    var instant: ContinuousClock.Instant { get }

    /// Waits so long.
    /// - Throws: `CancellationError` when the task is cancelled meanwhile.
    func sleep(for duration: Duration) async throws
}

extension TimeSource {
    /// The last whole second of the time of day, as records keep it.
    package var wholeSecond: Date { Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down)) }
}
