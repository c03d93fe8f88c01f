import Foundation
import Texts

/// Where text goes: results to standard output, everything else to standard error.
package protocol Output: Sendable {
    /// The result of a command; ends with a line break of its own.
    /// - Throws: `FileError.notWritten` when it cannot be written, as on a full disk.
    func result(_ text: String) throws
    /// A line for the person who waits or reads the log. What cannot be seen in it is escaped.
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

    /// Takes the places of standard streams that are closed. Without that, the next file that is opened gets their
    /// number, and what is printed comes into it.
    package static func keepClosed() {
        for number in Int32(0)...2 where fcntl(number, F_GETFD) < 0 {
            // For reading only: what is written still fails.
            _ = open("/dev/null", O_RDONLY)
        }
    }

    package func result(_ text: String) throws {
        guard Self.write(text + "\n", to: 1) else {
            throw FileError.notWritten(path: "standard output", reason: String(cString: strerror(errno)))
        }
    }

    // There is nobody to tell that messages cannot be written.
    package func message(_ text: String) { _ = Self.write(text.printableLines + "\n", to: 2) }

    package func draw(_ text: String) {
        if isTerminal { _ = Self.write(text, to: 2) }
    }

    /// False with `errno` when not all was written.
    private static func write(_ text: String, to number: Int32) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(number, $0.baseAddress, $0.count) }
            if count < 0, errno == EAGAIN {
                // Whoever shares the stream made it one that does not wait.
                var stream = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
                poll(&stream, 1, -1)
            } else if count < 0, errno != EINTR {
                return false
            }
            rest = rest.dropFirst(max(0, count))
        }
        return true
    }
}
