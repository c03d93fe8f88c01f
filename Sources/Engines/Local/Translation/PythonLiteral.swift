import FleetModel
import Foundation
import Texts

/// A value as Python source text, for the generated configuration.
package indirect enum PythonLiteral: Sendable, Equatable {
    case none
    case bool(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    case list([PythonLiteral])
    case set([String])
    case dictionary([(key: String, value: PythonLiteral)])
    /// An expression of Hubfleet's own; never text of a fleet repository.
    case expression(String)

    /// - Returns: nil for a secret, which has no place in a file, and for what contains one.
    package init?(_ value: Value) {
        switch value.content {
        case .null: self = .none
        case .bool(let bool): self = .bool(bool)
        case .integer(let number): self = .integer(number)
        case .unsigned(let number): self = .expression(String(number))
        case .float(let number): self = .float(number)
        case .string(let text): self = .string(text)
        case .secret: return nil
        case .list(let list):
            let items = list.compactMap(PythonLiteral.init)
            guard items.count == list.count else { return nil }
            self = .list(items)
        case .map(let map):
            let pairs = map.compactMap { key, value in PythonLiteral(value).map { (key: key, value: $0) } }
            guard pairs.count == map.count else { return nil }
            self = .dictionary(pairs)
        }
    }

    /// Python source; broken over several lines where it is longer than `width` characters.
    package func source(indent: Int = 0, width: Int = 100) -> String {
        let line = oneLine
        guard line.count + indent > width else { return line }
        let inner = String(repeating: " ", count: indent + 4)
        let end = String(repeating: " ", count: indent)
        switch self {
        case .list(let items) where !items.isEmpty:
            let lines = items.map { inner + $0.source(indent: indent + 4, width: width) + ",\n" }
            return "[\n" + lines.joined() + end + "]"
        case .set(let items) where !items.isEmpty:
            let lines = items.map { inner + Self.quoted($0) + ",\n" }
            return "{\n" + lines.joined() + end + "}"
        case .dictionary(let pairs) where !pairs.isEmpty:
            let lines = pairs.map { key, value in
                inner + Self.quoted(key) + ": " + value.source(indent: indent + 4, width: width) + ",\n"
            }
            return "{\n" + lines.joined() + end + "}"
        default: return line
        }
    }

    private var oneLine: String {
        switch self {
        case .none: "None"
        case .bool(let bool): bool ? "True" : "False"
        case .integer(let number): String(number)
        case .float(let number):
            number.isNaN ? "float(\"nan\")" : number.isInfinite ? "float(\"\(number < 0 ? "-" : "")inf\")" : "\(number)"
        case .string(let text): Self.quoted(text)
        case .list(let items): "[" + items.map(\.oneLine).joined(separator: ", ") + "]"
        case .set(let items): items.isEmpty ? "set()" : "{" + items.map(Self.quoted).joined(separator: ", ") + "}"
        case .dictionary(let pairs):
            "{" + pairs.map { "\(Self.quoted($0.key)): \($0.value.oneLine)" }.joined(separator: ", ") + "}"
        case .expression(let text): text
        }
    }

    /// A string literal. Everything that could end it, or that an editor would not show, is escaped.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default:
                let isShown =
                    scalar.value >= 0x20 && scalar.value < 0x7F || scalar.properties.isAlphabetic
                    || scalar.properties.isEmoji || scalar.properties.generalCategory == .dashPunctuation
                result += isShown ? String(scalar) : String(format: "\\U%08X", scalar.value)
            }
        }
        return result + "\""
    }

    package static func == (left: PythonLiteral, right: PythonLiteral) -> Bool {
        left.oneLine.exact == right.oneLine.exact
    }
}
