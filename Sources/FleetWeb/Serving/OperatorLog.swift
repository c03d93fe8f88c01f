import Foundation

/// The lines for the people who run the service, on standard error: what no user is told.
enum OperatorLog {
    static let write: @Sendable (String) -> Void = { text in
        try? FileHandle.standardError.write(contentsOf: Data((line(text) + "\n").utf8))
    }

    /// One line, whatever the text: names of files may hold line breaks, and signs that steer a terminal.
    static func line(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "hubfleet: ") { line, scalar in
            line += scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
        }
    }
}
