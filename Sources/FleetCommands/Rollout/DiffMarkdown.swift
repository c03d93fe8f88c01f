import FleetModel
import Rollout
import Texts

/// What `diff` says in the comment of a change request, below the plan: equal changes once, folded.
struct DiffMarkdown {
    /// More lines of a part are counted.
    private static let lines = 60
    /// More names in a line are counted.
    private static let names = 8

    private let differences: [ReleaseDifference]
    private let limit: Int

    /// - Parameters:
    ///   - differences: what is shown.
    ///   - limit: how many bytes it may take.
    init(_ differences: [ReleaseDifference], limit: Int = Markdown.limit) {
        self.differences = differences
        self.limit = limit
    }

    var text: String {
        let head = "**Diff** of rendered objects: \(DiffSheet.conclusion(differences))."
        let parts = [warnings].filter { !$0.isEmpty } + changes
        return Markdown.fitting(head, parts, limit: limit, command: "hubfleet diff --summary")
    }

    /// What nobody may overlook.
    private var warnings: String {
        let failed = differences.compactMap { difference -> String? in
            guard case .failed(let reason) = difference.outcome else { return nil }
            return "- **Not compared:** \(Markdown.code(difference.release.id)): \(Markdown.code(reason))"
        }
        let files = Set(differences.filter(\.isDifferent).flatMap(\.closed)).sortedByBytes()
        let closed =
            files.isEmpty
            ? []
            : [
                "- **Not judged:** what \(Self.list(files)) hold\(files.count == 1 ? "s" : ""), which no key opens here: "
                    + "what changes of them may only be encrypted anew."
            ]
        let gone = differences.compactMap { difference -> String? in
            switch difference.outcome {
            case .added: "- \(Markdown.code(difference.release.id)) is new."
            case .removed: "- \(Markdown.code(difference.release.id)) is gone."
            case .same, .changed, .failed, .notRendered: nil
            }
        }
        return (Self.shortened(failed) + closed + Self.shortened(gone)).joined(separator: "\n")
    }

    /// One part for each set of releases with equal changes, those of most releases first.
    private var changes: [String] {
        let changed = differences.filter { if case .changed = $0.outcome { true } else { false } }
        var order: [[ExactText]] = []
        var lines: [[ExactText]: [String]] = [:]
        for row in DifferenceSummary(changed).rows {
            let key = row.releases.map(\.exact)
            if lines[key] == nil { order.append(key) }
            lines[key, default: []].append("- \(Markdown.code(row.object)): \(Markdown.code(SummarySheet.change(row)))")
        }
        return order.map { key in
            let found = lines[key] ?? []
            let title = "\(found.count) change\(found.count == 1 ? "" : "s") in \(key.count) of the releases"
            let names = "In \(Self.list(key.map(\.text))):"
            return Markdown.folded(title, "\(names)\n\n\(Self.shortened(found).joined(separator: "\n"))")
        }
    }

    private static func list(_ names: [String]) -> String {
        let more = names.count > Self.names ? " and \(names.count - Self.names) more" : ""
        return names.prefix(Self.names).map(Markdown.code).joined(separator: ", ") + more
    }

    private static func shortened(_ lines: [String]) -> [String] {
        lines.count > Self.lines ? lines.prefix(Self.lines) + ["- and \(lines.count - Self.lines) more"] : lines
    }
}
