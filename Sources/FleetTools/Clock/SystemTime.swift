import Foundation

/// The real time of this machine.
package struct SystemTime: TimeSource {
    package init() {}

    package var now: Date { Date.now }
    package var instant: ContinuousClock.Instant { ContinuousClock.now }

    package func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}
