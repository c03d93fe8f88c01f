import FleetModel
import Texts

/// A value in a few words, for people.
enum ValueText {
    private static let longest = 60
    private static let most = 8

    /// The value, as far as a line has room for it; secrets are hidden.
    static func short(_ value: Value) -> String {
        switch value.content {
        case .null: return "empty"
        case .secret: return Secret.mask
        case .string(let text) where text.isEmpty: return "an empty text"
        case .string(let text) where Self.looksOther(text): return "\"\(text)\""
        case .string(let text): return self.text(text)
        case .list(let list) where list.isEmpty: return "an empty list"
        case .list(let list):
            let items = list.compactMap(\.scalarText)
            let line = "[\(items.joined(separator: ", "))]"
            return items.count == list.count && line.utf8.count <= longest
                ? line.printable : "a list of \(list.count)"
        case .map(let map) where map.isEmpty: return "an empty map"
        case .map: return "\(values(value.leaves(intoLists: false).count)): \(leaves(of: value))"
        default: return value.scalarText ?? value.kind
        }
    }

    /// Whether a text could be taken for a number or a truth value.
    private static func looksOther(_ text: String) -> Bool {
        Double(text) != nil || ["true", "false", "null"].contains(text)
    }

    /// The first place where two lists differ; nil where one has no more than fewer items.
    static func firstDifference(_ old: Value, _ new: Value) -> String? {
        let leaves = old.leaves()
        return leaves.first { leaf in new[leaf.path]?.content != leaf.value.content }.map { leaf in
            let now = new[leaf.path].map(short) ?? "not there"
            return "\(leaf.path.description.printable) was \(short(leaf.value)) and is \(now)"
        }
    }

    private static func values(_ count: Int) -> String { count == 1 ? "one value" : "\(count) values" }

    private static func text(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
        guard lines.count <= 1 else { return "a text of \(lines.count) lines" }
        let line = text.printable
        return line.count <= longest ? line : line.prefix(longest - 1) + "…"
    }

    private static func leaves(of value: Value) -> String {
        let paths = value.leaves(intoLists: false).map(\.path.description.printable)
        let more = paths.count > most ? " and \(paths.count - most) more" : ""
        return paths.prefix(most).joined(separator: ", ") + more
    }
}
