import FleetTools
import Foundation
import Rollout
import Texts

/// Tells the person at the terminal what checks wait for: a live line on a terminal, plain lines elsewhere.
actor HealthProgress {
    private let output: any Output
    private let time: any TimeSource
    private let count: Int
    private var done = 0
    private var live: (text: String, since: ContinuousClock.Instant)?

    /// - Parameters:
    ///   - output: where it is shown.
    ///   - time: tells how long something is waited for.
    ///   - count: how many hubs are checked.
    init(output: any Output, time: any TimeSource, count: Int) {
        self.output = output
        self.time = time
        self.count = count
    }

    func draw(_ events: AsyncStream<HealthEvent>) async {
        await withTaskGroup { group in
            if output.isTerminal { group.addTask { await self.tick() } }
            for await event in events { show(event) }
            group.cancelAll()
        }
        clear()
    }

    private func show(_ event: HealthEvent) {
        switch event {
        case .begins(let hub, let stage): wait("\(hub): waiting for \(stage.purpose)")
        case .heard(let hub, let text): say("\(hub): \(text)", isForOne: true)
        case .done(let verdict):
            done += 1
            say(HealthSheet.line(verdict), isForOne: false)
        }
    }

    /// Says what is waited for. Of many hubs at once only the ends are worth a line that stays.
    private func wait(_ text: String) {
        if output.isTerminal {
            live = (count > 1 ? "\(done) of \(count) checked; \(text)" : text, time.instant)
            drawLive()
        } else if count == 1 {
            output.message(text + " …")
        }
    }

    private func say(_ text: String, isForOne: Bool) {
        guard !isForOne || count == 1 else { return wait(text) }
        // A single hub's end is the result.
        guard isForOne || count > 1 else { return }
        clear()
        output.message(text)
    }

    private func tick() async {
        while !Task.isCancelled {
            drawLive()
            do { try await time.sleep(for: .milliseconds(200)) } catch { return }
        }
    }

    private func drawLive() {
        guard let live else { return }
        let seconds = (time.instant - live.since).components.seconds
        output.draw("\r\u{1B}[K\(live.text.printable) … \(seconds) s")
    }

    private func clear() {
        if live != nil { output.draw("\r\u{1B}[K") }
    }
}
