import Foundation
import Texts
import Yams

/// Writes trees as YAML that Helm reads back as the same values. Secrets are written as `•••`, and what cannot be seen in a
/// text as `\u202E`.
package enum YAMLWriter {
    /// - Throws: `YamlError`, when Yams cannot write the tree.
    package static func text(_ value: Value) throws -> String {
        try Yams.serialize(node: node(value), indent: 2, width: -1, allowUnicode: true).printableYAML
    }

    private static func node(_ value: Value) -> Node {
        switch value.content {
        case .null: plain("null")
        case .bool(let bool): plain(bool ? "true" : "false")
        case .integer(let number): plain(String(number))
        case .unsigned(let number): plain(String(number))
        case .float(let number): plain(text(number))
        case .string(let text): string(text)
        case .secret: plain(Secret.mask)
        case .list(let list): .sequence(Node.Sequence(list.map(node), .implicit, list.isEmpty ? .flow : .block))
        case .map(let map):
            .mapping(
                Node.Mapping(map.map { (string($0.key), node($0.value)) }, .implicit, map.isEmpty ? .flow : .block))
        }
    }

    private static func plain(_ text: String) -> Node { .scalar(Node.Scalar(text, .implicit, .plain)) }

    /// Text that would be read as something else without quotes gets them.
    private static func string(_ text: String) -> Node {
        let isPlain = YAMLScalar.resolve(text) == .string(text) && text != "<<" && text != "="
        let style: Node.Scalar.Style =
            text.hidesSomething ? .doubleQuoted : text.contains("\n") ? .literal : isPlain ? .any : .doubleQuoted
        return .scalar(Node.Scalar(text, .implicit, style))
    }

    private static func text(_ number: Double) -> String {
        if number.isNaN { return ".nan" }
        if number.isInfinite { return number < 0 ? "-.inf" : ".inf" }
        return "\(number)"
    }
}

extension Value {
    /// The value on one line, as JSON writes it, cut to `limit` characters. Secrets show as `•••`.
    package func oneLine(limit: Int = .max) -> String {
        let text = flow
        return text.count <= limit ? text : text.prefix(max(0, limit - 1)) + "…"
    }

    private var flow: String {
        switch content {
        case .null: "null"
        case .bool(let bool): bool ? "true" : "false"
        case .integer(let number): String(number)
        case .unsigned(let number): String(number)
        case .float(let number): "\(number)"
        case .string(let text): text.debugDescription
        case .secret(let secret): secret.description
        case .list(let list): "[" + list.map(\.flow).joined(separator: ", ") + "]"
        case .map(let map): "{" + map.map { "\($0.key): \($0.value.flow)" }.joined(separator: ", ") + "}"
        }
    }
}
