import Foundation
import Synchronization

/// Shows how far work with files is: a line that is drawn over on a terminal, at most ten times a second; elsewhere plain
/// lines, at most one in ten seconds.
package final class ProgressMeter: Sendable {
    private struct State {
        var facts: ProgressFacts
        /// Bytes that this run did, which its rate is made of.
        var worked: Int64 = 0
        var shown: Duration = .zero
        var isDrawn = false
        var samples: [(time: Duration, worked: Int64)] = [(.zero, 0)]
    }

    private static let window = Duration.seconds(15)
    private let output: any Output
    private let elapsed: @Sendable () -> Duration
    private let columns: @Sendable () -> Int
    private let state: Mutex<State>

    /// - Parameters:
    ///   - output: where it is shown.
    ///   - facts: what is done, and how much of it there is.
    ///   - elapsed: the time since the beginning; nil: the real one.
    ///   - columns: the width of the terminal; nil: the real one.
    package init(
        output: any Output, _ facts: ProgressFacts, elapsed: (@Sendable () -> Duration)? = nil,
        columns: (@Sendable () -> Int)? = nil
    ) {
        let start = ContinuousClock.now
        self.output = output
        self.elapsed = elapsed ?? { ContinuousClock.now - start }
        self.columns = columns ?? { TerminalSize.columns }
        state = Mutex(State(facts: facts))
    }

    /// How far the work is now.
    package var facts: ProgressFacts { state.withLock { $0.facts } }

    /// Counts what was done just now.
    package func add(bytes: Int64, files: Int = 0) { advance(bytes: bytes, files: files, worked: bytes) }

    /// Counts what needs no work any more, because an earlier run did it: it does not make the rate better.
    package func skip(bytes: Int64, files: Int = 0) { advance(bytes: bytes, files: files, worked: 0) }

    /// Changes what is said, or how much there is to do.
    package func change(_ body: (inout ProgressFacts) -> Void) {
        state.withLock {
            body(&$0.facts)
            show(&$0)
        }
    }

    /// Prints a line of its own above the bar.
    package func message(_ text: String) {
        state.withLock {
            clear(&$0)
            output.message(text)
        }
    }

    /// Takes the bar away.
    package func finish() { state.withLock { clear(&$0) } }

    private func advance(bytes: Int64, files: Int, worked: Int64) {
        state.withLock {
            $0.facts.bytes += bytes
            $0.facts.files += files
            $0.worked += worked
            show(&$0)
        }
    }

    private func show(_ state: inout State) {
        let now = elapsed()
        let pause = output.isTerminal ? Duration.milliseconds(100) : .seconds(10)
        guard now - state.shown >= pause else { return }
        state.shown = now
        measure(&state, now)
        if output.isTerminal {
            output.draw("\r\u{1B}[K" + state.facts.bar(columns: columns()))
            state.isDrawn = true
        } else {
            output.message(state.facts.line)
        }
    }

    /// The rate of the last seconds: what was fast an hour ago says little.
    private func measure(_ state: inout State, _ now: Duration) {
        state.samples.append((now, state.worked))
        while state.samples.count > 2, now - state.samples[1].time >= Self.window { state.samples.removeFirst() }
        let seconds = (now - state.samples[0].time) / .seconds(1)
        state.facts.rate = seconds > 0 ? Double(state.worked - state.samples[0].worked) / seconds : nil
    }

    private func clear(_ state: inout State) {
        if state.isDrawn { output.draw("\r\u{1B}[K") }
        state.isDrawn = false
    }
}

/// The size of the terminal that messages go to.
package enum TerminalSize {
    /// 80 when it is not known.
    package static var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
