import Texts

/// Writes trees as JSON, with keys in the order of their bytes. Secrets are written as `•••`.
///
/// Foundation's writers take keys that Unicode holds equal for one, and leave the other out.
package enum JSONWriter {
    /// - Parameters:
    ///   - value: the tree.
    ///   - indent: the columns before all lines but the first.
    /// - Returns: the text, without a line break at its end.
    package static func text(_ value: Value, indent: Int = 0) -> String {
        switch value.content {
        case .null: "null"
        case .bool(let bool): bool ? "true" : "false"
        case .integer(let number): String(number)
        case .unsigned(let number): String(number)
        case .float(let number): text(number)
        case .string(let text): quoted(text)
        case .secret: quoted(Secret.mask)
        case .list(let list): block("[", "]", list.map { text($0, indent: indent + 2) }, indent)
        case .map(let map):
            block(
                "{", "}",
                map.keys.sorted().compactMap { key in
                    map[key].map { "\(quoted(key.text)) : \(text($0, indent: indent + 2))" }
                }, indent)
        }
    }

    private static func block(_ start: String, _ end: String, _ items: [String], _ indent: Int) -> String {
        let outer = "\n" + String(repeating: " ", count: indent)
        return start + "\n" + items.map { outer.dropFirst() + "  " + $0 }.joined(separator: ",\n") + outer + end
    }

    /// JSON has no infinities; Helm fails on them too.
    private static func text(_ number: Double) -> String {
        guard number.isFinite else { return quoted("\(number)") }
        let text = "\(number)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func quoted(_ text: String) -> String {
        let inner = text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case "\0"..<" ": result += "\\u00" + [UInt8(scalar.value)].hexadecimal
            default: result.unicodeScalars.append(scalar)
            }
        }
        return "\"\(inner)\""
    }
}
