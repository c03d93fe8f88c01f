import FleetTools
import Foundation
import Synchronization

/// A time that moves only when the test says so, or when somebody sleeps.
package final class ManualTime: TimeSource {
    /// What makes the time go on.
    package enum Movement: Sendable {
        /// Whoever sleeps waits until the test calls `advance`.
        case byTheTest
        /// Whoever sleeps moves the time on and wakes at once: for work that sleeps alone.
        case bySleeping
    }

    private struct Sleeper {
        let end: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var elapsed = Duration.zero
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

        /// Takes out the watchers whose number of sleepers is reached.
        mutating func takeContentWatchers() -> [CheckedContinuation<Void, Never>] {
            let content = watchers.filter { $0.count <= sleepers.count }.map(\.continuation)
            watchers.removeAll { $0.count <= sleepers.count }
            return content
        }
    }

    private let start: Date
    private let firstInstant = ContinuousClock.now
    private let movement: Movement
    private let state = Mutex(State())

    /// - Parameters:
    ///   - start: the time of day at the beginning; default: 2030-01-01 at midnight, UTC.
    ///   - movement: what makes the time go on.
    package init(start: Date = Date(timeIntervalSince1970: 1_893_456_000), movement: Movement = .byTheTest) {
        self.start = start
        self.movement = movement
    }

    /// How far the time has gone since the beginning.
    package var elapsed: Duration { state.withLock { $0.elapsed } }
    package var now: Date { start.addingTimeInterval(elapsed / .seconds(1)) }
    package var instant: ContinuousClock.Instant { firstInstant + elapsed }

    package func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        guard movement == .byTheTest else {
            advance(by: max(.zero, duration))
            // Those who do not sleep shall come on, too.
            await Task.yield()
            return try Task.checkCancellation()
        }
        guard duration > .zero else { return }
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { lie(down: $0, id: id, for: duration) }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: id) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Moves the time on and wakes those whose time has come, the earliest first.
    package func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.elapsed += duration
            let due = state.sleepers.filter { $0.value.end <= state.elapsed }
            for id in due.keys { state.sleepers[id] = nil }
            return due.sorted { ($0.value.end, $0.key) < ($1.value.end, $1.key) }.map(\.value.continuation)
        }
        for sleeper in woken { sleeper.resume() }
    }

    /// Waits until at least so many sleep.
    package func waitForSleepers(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let content = state.withLock { state in
                state.watchers.append((count, continuation))
                return state.takeContentWatchers()
            }
            for watcher in content { watcher.resume() }
        }
    }

    private func lie(down continuation: CheckedContinuation<Void, any Error>, id: Int, for duration: Duration) {
        let content = state.withLock { state in
            state.sleepers[id] = Sleeper(end: state.elapsed + duration, continuation: continuation)
            return state.takeContentWatchers()
        }
        for watcher in content { watcher.resume() }
        // A cancellation that came before there was a sleeper found nobody to wake.
        guard Task.isCancelled else { return }
        let sleeper = state.withLock { $0.sleepers.removeValue(forKey: id) }
        sleeper?.continuation.resume(throwing: CancellationError())
    }
}
