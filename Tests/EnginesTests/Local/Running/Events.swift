import Engines
import Synchronization

/// Gathers events.
final class Events: Sendable {
    private struct State {
        var events: [EngineEvent] = []
        var waiters: [(isThere: @Sendable ([EngineEvent]) -> Bool, continuation: CheckedContinuation<Void, Never>)] =
            []

        /// Takes out those whose events are there.
        mutating func takeContent() -> [CheckedContinuation<Void, Never>] {
            let content = waiters.filter { $0.isThere(events) }.map(\.continuation)
            waiters.removeAll { $0.isThere(events) }
            return content
        }
    }

    private let state = Mutex(State())
    var all: [EngineEvent] { state.withLock { $0.events } }
    var tell: @Sendable (EngineEvent) -> Void {
        { event in
            let content = self.state.withLock { state in
                state.events.append(event)
                return state.takeContent()
            }
            for waiter in content { waiter.resume() }
        }
    }

    /// Waits until the events are those that the test waits for.
    func wait(until isThere: @escaping @Sendable ([EngineEvent]) -> Bool) async {
        await withCheckedContinuation { continuation in
            let content = state.withLock { state in
                state.waiters.append((isThere, continuation))
                return state.takeContent()
            }
            for waiter in content { waiter.resume() }
        }
    }
}

extension EngineEvent {
    var isReady: Bool { if case .ready = self { true } else { false } }
}
