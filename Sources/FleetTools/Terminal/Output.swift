import Foundation

/// Where text goes: results to standard output, everything else to standard error.
package protocol Output: Sendable {
    /// The result of a command; ends with a line break of its own.
    func result(_ text: String)
    /// A line for the person who waits or reads the log.
    func message(_ text: String)
    /// Text for a terminal alone, such as a line that is drawn over; nothing elsewhere.
    func draw(_ text: String)
    /// Whether a person looks at the messages, who can see lines change.
    var isTerminal: Bool { get }
}

/// The standard streams of this process.
package struct StandardOutput: Output {
    package let isTerminal: Bool

    /// - Parameter environment: `CI` and `TERM=dumb` make plain lines even on a terminal.
    package init(environment: [String: String]) {
        isTerminal = isatty(2) == 1 && environment["CI"] == nil && environment["TERM"] != "dumb"
    }

    package func result(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
    package func message(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

    package func draw(_ text: String) {
        if isTerminal { FileHandle.standardError.write(Data(text.utf8)) }
    }
}
