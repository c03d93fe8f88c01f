import Texts

/// Text of a fleet in the Markdown of GitHub and GitLab: there it is no markup, no mention of anybody, and no command.
enum Markdown {
    /// The most that a comment may hold, in bytes. GitHub takes 65,536 characters, GitLab 1,000,000.
    static let limit = 65_000
    /// Longer names and values are cut, in bytes.
    private static let longest = 400
    /// Room for the line that says what is left out.
    private static let reserve = 200

    /// Text as code on one line, whatever is in it.
    static func code(_ text: String) -> String {
        let line = clipped(text.printable)
        let runs = line.utf8.split { $0 != UInt8(ascii: "`") }.map(\.count)
        let fence = String(repeating: "`", count: (runs.max() ?? 0) + 1)
        let ends = [line.utf8.first, line.utf8.last]
        let needsSpace = line.isEmpty || ends.contains(UInt8(ascii: "`")) || ends.contains(UInt8(ascii: " "))
        let inner = needsSpace ? " \(line) " : line
        return "\(fence)\(inner)\(fence)"
    }

    /// The same in a table, where a bar ends a cell, also in code, and a sign before it does not always help.
    static func cell(_ text: String) -> String {
        code(text.exact.split(at: "|").map(\.text).joined(separator: "\\u{7C}"))
    }

    /// Text inside HTML, where nothing of it is markup. A mention would be one there, too.
    static func html(_ text: String) -> String {
        let escaped = clipped(text.printable).unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return "<code>\(escaped)</code>"
    }

    /// A part that opens when somebody asks for it. The title is HTML, the body Markdown.
    static func folded(_ title: String, _ body: String) -> String {
        "<details><summary>\(title)</summary>\n\n\(body)\n\n</details>"
    }

    /// As many parts as fit, and a line that counts the others.
    ///
    /// - Parameters:
    ///   - head: what is always there, a few kilobytes at most.
    ///   - parts: what comes below it, in its order.
    ///   - limit: how many bytes there may be.
    ///   - command: what shows all of them.
    /// - Returns: the text.
    static func fitting(_ head: String, _ parts: [String], limit: Int, command: String) -> String {
        var text = head
        for (index, part) in parts.enumerated() {
            guard text.utf8.count + part.utf8.count + 2 <= limit - reserve else {
                return text + "\n\n\(parts.count - index) more parts are left out here; `\(command)` shows all of them."
            }
            text += "\n\n" + part
        }
        return text
    }

    private static func clipped(_ line: String) -> String {
        guard line.utf8.count > longest else { return line }
        var result = ""
        for scalar in line.unicodeScalars {
            guard result.utf8.count < longest - 6 else { break }
            result.unicodeScalars.append(scalar)
        }
        return result + "…"
    }
}
