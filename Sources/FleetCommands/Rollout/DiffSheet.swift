import FleetModel
import Rollout
import Texts

/// What `diff` prints: each release that differs, with its objects and fields.
struct DiffSheet {
    private let differences: [ReleaseDifference]

    init(_ differences: [ReleaseDifference]) {
        self.differences = differences
    }

    /// How many releases differ, in one line.
    static func conclusion(_ differences: [ReleaseDifference]) -> String {
        let different = differences.count(where: \.isDifferent)
        let failed = differences.count(where: \.isFailed)
        let rest = failed == 0 ? "" : "; \(failed) cannot be compared"
        return "\(different) of \(differences.count) releases \(different == 1 ? "differs" : "differ")\(rest)"
    }

    /// The releases in their form for JSON.
    var entries: [JSON.ReleaseEntry] { differences.map(\.json) }

    var text: String {
        let different = differences.filter(\.isDifferent)
        return different.isEmpty ? "nothing differs" : different.map(text).joined(separator: "\n\n")
    }

    private func text(_ difference: ReleaseDifference) -> String {
        var lines = ["\(difference.release.id.printable)\(Self.note(difference.outcome))"]
        if !difference.closed.isEmpty {
            lines.append(
                "  closed here: \(difference.closed.map(\.printable).joined(separator: ", ")); what changes may only be "
                    + "encrypted anew")
        }
        for section in KubernetesObject.Section.allCases {
            let objects = difference.objects.filter { $0.section == section }
            guard !objects.isEmpty else { continue }
            if let title = section.title { lines.append("  \(title):") }
            lines += objects.flatMap(Self.lines)
        }
        return lines.joined(separator: "\n")
    }

    private static func note(_ outcome: ReleaseDifference.Outcome) -> String {
        switch outcome {
        case .added: " is new"
        case .removed: " is gone"
        case .same, .changed, .failed, .notRendered: ""
        }
    }

    private static func lines(_ object: ObjectDifference) -> [String] {
        let name = object.identity.description.printable
        switch object.change {
        case .added: return ["  + \(name)"]
        case .removed: return ["  - \(name)"]
        case .changed:
            let because =
                object.because.isEmpty
                ? [] : ["      starts anew, because \(object.because.map(\.printable).joined(separator: ", ")) changed"]
            return ["  ~ \(name)"] + object.fields.flatMap(lines) + because
        }
    }

    private static func lines(_ field: FieldDifference) -> [String] {
        let path = "      \(field.path.printable)"
        if field.isFormAlone { return ["\(path): comments, order or spelling alone"] }
        if field.after?.kind == .order { return ["\(path): the same in another order"] }
        guard field.lines.isEmpty else { return [path] + lines(field.lines) }
        return ["\(path): " + FieldText.change(field.before, field.after)]
    }

    /// The most lines of a text that are shown; JSON has all.
    private static let maximumLines = 40

    private static func lines(_ changes: [FieldDifference.Line]) -> [String] {
        let shown = changes.prefix(maximumLines).map { line in
            let place = "\(line.number)" + (line.within.map { " in \($0)" } ?? "")
            return "        \(line.isNew ? "+" : "-") \(place): \(line.text)".printable
        }
        let rest = changes.count - shown.count
        return rest > 0 ? shown + ["        and \(rest) lines more"] : shown
    }
}

/// How values of fields are written on one line.
enum FieldText {
    private static let longest = 60

    static func change(_ before: ObjectField?, _ after: ObjectField?) -> String {
        change(before?.shown, after?.shown)
    }

    /// The same of texts as they are shown.
    static func change(_ before: String?, _ after: String?) -> String {
        switch (before, after) {
        case (nil, let after?): "set to \(value(after))"
        case (let before?, nil): "was \(value(before)), not set any more"
        // Equal marks hide different values.
        case (let before?, let after?) where before.exact == after.exact: "\(value(after)) changes"
        case (let before?, let after?): "\(value(before)) → \(value(after))"
        case (nil, nil): ""
        }
    }

    static func value(_ text: String) -> String {
        let line = text.printable
        return line.count <= longest ? line : line.prefix(longest - 1) + "…"
    }
}

extension KubernetesObject.Section {
    /// The heading of its objects; nil for what belongs to the release.
    var title: String? {
        switch self {
        case .release: nil
        case .hook: "hooks, which run at each upgrade"
        case .test: "tests, which run when somebody asks"
        case .definition: "definitions, which helm never changes once they are there"
        case .elsewhere: "in other namespaces"
        }
    }

    /// Its name in JSON.
    var word: String {
        switch self {
        case .release: "release"
        case .hook: "hook"
        case .test: "test"
        case .definition: "crd"
        case .elsewhere: "elsewhere"
        }
    }
}
