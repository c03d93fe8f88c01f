import Foundation
import Texts

/// The lines for the people who run the service, on standard error: what no user is told.
enum OperatorLog {
    static let write: @Sendable (String) -> Void = { text in
        try? FileHandle.standardError.write(contentsOf: Data((line(text) + "\n").utf8))
    }

    /// One line, whatever the text: names of files may hold line breaks, and signs that steer a terminal.
    static func line(_ text: String) -> String { "hubfleet: " + text.printable }
}
