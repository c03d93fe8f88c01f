import Synchronization

/// A line that a program printed, without its line break.
package struct ProgramLine: Sendable, Equatable {
    package enum Stream: Sendable { case output, error }

    package let stream: Stream
    package let text: String

    package init(_ stream: Stream, _ text: String) {
        self.stream = stream
        self.text = text
    }
}

/// Cuts what comes in pieces into lines.
struct LineCutter {
    /// A longer line comes in pieces of this many bytes, so that a program gone wild cannot fill the memory.
    static let longest = 64 << 10

    private var rest: [UInt8] = []

    /// - Returns: the lines that are whole now.
    mutating func add(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") || rest.count == Self.longest { lines.append(take()) }
            if byte != UInt8(ascii: "\n") { rest.append(byte) }
        }
        return lines
    }

    /// - Returns: what came after the last line break, if anything did.
    mutating func finish() -> String? { rest.isEmpty ? nil : take() }

    private mutating func take() -> String {
        defer { rest.removeAll(keepingCapacity: true) }
        return String(decoding: rest.last == UInt8(ascii: "\r") ? rest.dropLast() : rest[...], as: UTF8.self)
    }
}

/// The last lines of a program's messages, for the error if it fails.
final class LastLines: Sendable {
    static let count = 8
    private let lines = Mutex<[String]>([])

    func add(_ line: String) {
        lines.withLock { lines in
            lines.append(line)
            if lines.count > Self.count { lines.removeFirst() }
        }
    }

    var text: String { lines.withLock { $0.joined(separator: "\n") } }
}
