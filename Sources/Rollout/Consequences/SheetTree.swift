import FleetModel
import Texts

/// The fields of an object as the tree that they are of.
struct SheetTree: Sendable {
    /// The field that stands here; nil where there are only fields below.
    private(set) var field: ObjectField?
    private var order: [FieldStep] = []
    private var below: [FieldStep: SheetTree] = [:]

    init(_ sheet: ObjectSheet) {
        // Orders and forms of texts stand where their lists and trees do.
        for field in sheet.fields where field.kind != .order && field.kind != .form {
            insert(field, at: FieldPath.steps(field.path)[...])
        }
    }

    private init() {}

    private mutating func insert(_ field: ObjectField, at steps: ArraySlice<FieldStep>) {
        guard let step = steps.first else {
            self.field = field
            return
        }
        if below[step] == nil { order.append(step) }
        below[step, default: SheetTree()].insert(field, at: steps.dropFirst())
    }

    // MARK: - Looking up

    subscript(_ keys: String...) -> SheetTree? { self[keys] }

    subscript(_ keys: [String]) -> SheetTree? {
        var tree: SheetTree? = self
        for key in keys { tree = tree?.below[.key(key.exact)] }
        return tree
    }

    /// The tree that stands in the text.
    var inside: SheetTree? { below[.inside] }

    /// What stands right below, in its order, each with its step.
    var parts: [(step: FieldStep, tree: SheetTree)] {
        order.compactMap { step in below[step].map { (step, $0) } }
    }

    /// What stands below keys, without items of lists.
    var entries: [(key: ExactText, tree: SheetTree)] {
        parts.compactMap { step, tree in if case .key(let key) = step { (key, tree) } else { nil } }
    }

    /// The items of a list, or the entries of a map, in their order: the upstream chart takes volumes in both forms.
    var members: [SheetTree] { parts.filter { $0.step != .inside }.map(\.tree) }

    /// All fields here and below.
    var fields: [ObjectField] { (field.map { [$0] } ?? []) + parts.flatMap { $0.tree.fields } }

    // MARK: - Reading

    /// The text of a field, as it is shown.
    var text: String? {
        guard let shown = field?.shown else { return nil }
        // A text that would be read as something else stands in quotes.
        guard shown.hasPrefix("\""), shown.hasSuffix("\""), shown.utf8.count > 1 else { return shown }
        return String(shown.dropFirst().dropLast())
    }

    /// Nothing that counts: no value, an empty one, or one that says so.
    var isVoid: Bool {
        guard let field else { return order.isEmpty }
        return ["null", "\"\"", "[]", "{}"].contains(field.shown)
    }

    var isTrue: Bool { field?.kind == .plain && field?.shown == "true" }

    var isHidden: Bool { field?.kind == .hidden }

    /// The texts of a list of texts.
    var texts: [String] { members.compactMap(\.text) }
}
