import FleetModel
import Texts

/// Compares the fields of two states of one object.
enum FieldComparison {
    static func differences(_ before: ObjectSheet, _ after: ObjectSheet) -> [FieldDifference] {
        let (old, new) = (Fields(before), Fields(after))
        var differences = Fields.paths(old, new).compactMap { path -> FieldDifference? in
            let (one, other) = (old.values[path], new.values[path])
            guard !isSame(one, other) else { return nil }
            return FieldDifference(
                path: path.text, before: one, after: other, lines: TextLines.differences(one, other))
        }
        differences += reordered(old, new)
        differences += rewritten(old, new, among: differences)
        return differences.sorted { $0.path.exact < $1.path.exact }
    }

    private struct Fields {
        var values: [ExactText: ObjectField] = [:]
        var orders: [ExactText: ObjectField] = [:]
        var forms: [ExactText: ObjectField] = [:]

        init(_ sheet: ObjectSheet) {
            for field in sheet.fields {
                switch field.kind {
                case .order: orders[field.path.exact] = field
                case .form: forms[field.path.exact] = field
                default: values[field.path.exact] = field
                }
            }
        }

        static func paths(_ one: Fields, _ other: Fields) -> Set<ExactText> {
            Set(one.values.keys).union(other.values.keys)
        }
    }

    private static func isSame(_ one: ObjectField?, _ other: ObjectField?) -> Bool {
        guard let one, let other else { return one == other }
        // What is made by chance has no seal, so it is the same where all else of it is.
        return one.kind == other.kind && one.shown.exact == other.shown.exact && one.seal == other.seal
    }

    /// Lists that hold the same items in another order.
    private static func reordered(_ old: Fields, _ new: Fields) -> [FieldDifference] {
        old.orders.compactMap { path, before in
            guard let after = new.orders[path], before.shown.exact != after.shown.exact,
                before.shown.items == after.shown.items
            else { return nil }
            return FieldDifference(path: path.text, before: before, after: after, lines: [])
        }
    }

    /// Texts whose trees are the same and which are not.
    private static func rewritten(
        _ old: Fields, _ new: Fields, among known: [FieldDifference]
    ) -> [FieldDifference] {
        old.forms.compactMap { path, before in
            guard let after = new.forms[path], before.seal != after.seal else { return nil }
            let inside = "\(path):".exact
            guard !known.contains(where: { $0.path.exact.hasPrefix(inside) }) else { return nil }
            return FieldDifference(path: path.text, before: before, after: after, lines: [])
        }
    }
}

extension String {
    fileprivate var items: [String] { components(separatedBy: ", ").sortedByBytes() }

    private func components(separatedBy separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
