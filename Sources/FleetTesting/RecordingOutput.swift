import FleetTools
import Synchronization
import Texts

/// Keeps what a command prints, as the real output shows it.
package final class RecordingOutput: Output {
    private let texts = Mutex<(results: [String], messages: [String])>(([], []))
    package let isTerminal = false

    package init() {}

    package var results: String { texts.withLock { $0.results.joined(separator: "\n") } }
    package var messages: [String] { texts.withLock { $0.messages } }

    package func result(_ text: String) { texts.withLock { $0.results.append(text) } }
    package func message(_ text: String) { texts.withLock { $0.messages.append(text.printableLines) } }
    package func draw(_ text: String) {}
}
