import FleetModel
import Rollout
import Texts

/// A plan as one comment of a change request, which is updated in place: short first, details folded.
///
/// All that comes from the fleet is written as code, so that it is neither markup nor a mention of anybody.
struct PlanMarkdown {
    /// The first line, by which the comment is found again.
    static let mark = "<!-- hubfleet-plan -->"
    /// The most that a comment may hold, in bytes. GitHub takes 65,536 characters.
    static let limit = 65_000
    /// More releases are counted.
    private static let names = 100
    /// Room for the line that says what is left out.
    private static let reserve = 200

    /// More proofs of one class are counted.
    private static let proofs = 10

    private let plan: Plan
    private let groups: [ConsequenceGroups.Group]

    init(_ plan: Plan) {
        self.plan = plan
        groups = ConsequenceGroups(plan).groups
    }

    var text: String {
        let head = [Self.mark, summary, stages, consequences, warnings].filter { !$0.isEmpty }.joined(separator: "\n\n")
        return Self.fitting(head, details)
    }

    // MARK: - What is seen at once

    private var summary: String {
        let count = PlanCount(plan)
        return "**Plan** from \(Self.code(plan.before.text)) to \(Self.code(plan.after.text)): \(count.text)."
    }

    private var stages: String {
        guard !plan.releases.isEmpty else { return "" }
        let rows = Stage.allCases.compactMap { stage -> String? in
            let ids = plan.releases.filter { $0.stage == stage }.map(\.id)
            guard !ids.isEmpty else { return nil }
            let more = ids.count > 4 ? " and \(ids.count - 4) more" : ""
            return "| \(stage.name) | \(ids.count) | \(ids.prefix(4).map(Self.cell).joined(separator: ", "))\(more) |"
        }
        return "| stage | releases | |\n| --- | --- | --- |\n" + rows.joined(separator: "\n")
    }

    /// What people will notice, the gravest first.
    private var consequences: String {
        let lines = groups.map { group in
            let more = group.releases.count > 4 ? " and \(group.releases.count - 4) more" : ""
            return "- **\(group.words)**: \(group.releases.prefix(4).map(Self.code).joined(separator: ", "))\(more)"
        }
        return lines.isEmpty ? "" : "What people will notice:\n\n" + lines.joined(separator: "\n")
    }

    /// What shows it, a part for each class.
    private var proofs: [String] {
        groups.map { group in
            let lines = group.proofs.prefix(Self.proofs).map { proof -> String in
                let text = [proof.text.line, proof.text.cause].compactMap { $0 }.map(Self.code).joined(
                    separator: "<br>")
                return "- \(text), in \(Self.list(proof.releases, most: 4))"
            }
            let more = group.proofs.count - lines.count
            let rest = more > 0 ? ["- and \(more) more"] : []
            return Self.folded("What shows it: \(group.words)", (lines + rest).joined(separator: "\n"))
        }
    }

    /// What nobody may overlook.
    private var warnings: String {
        var lines = plan.renamed.map { hub in
            "- **Refused:** \(Self.code(hub.hub)) looks like \(Self.code(hub.earlier)) under another name "
                + "(\(Self.code(hub.signs.first ?? ""))). It would start with empty homes: \(Self.code(hub.advice))."
        }
        lines += plan.gone.prefix(Self.names).map { gone in
            gone.becameHub.map { "- \(Self.code(gone.release.id)) is \(Self.code($0)) now; its homes have to move." }
                ?? "- \(Self.code(gone.release.id)) is no longer in the fleet; it runs on until somebody takes it away."
        }
        if let label = plan.skipped.first?.label {
            lines.append("- \(plan.skipped.count) releases are kept back by the label \(Self.code(label)).")
        }
        let errors = plan.findings.count { $0.severity == .error }
        lines += plan.failures.prefix(Self.names).map { failure in
            "- **Refused:** helm cannot render \(Self.code(failure.release))."
        }
        if errors > 0 { lines.append("- **Refused:** \(errors) errors; \(Self.code("hubfleet validate")) shows them.") }
        return lines.joined(separator: "\n")
    }

    // MARK: - What is folded

    private var details: [String] {
        let changes = plan.reasonGroups.map { group -> String in
            let text = ReasonText(group.reason)
            let lines = text.places.map { "- \(Self.code($0))" } + ["- in \(Self.list(group.releases))"]
            let title = "\(group.releases.count): \(Self.html(text.line))"
            return Self.folded(title, lines.joined(separator: "\n"))
        }
        return proofs + changes + [provers, untouched].filter { !$0.isEmpty }
    }

    private var provers: String {
        let lines = plan.releases.compactMap { planned in
            ProverText(planned).line.map { "- \(Self.code(planned.id)): \(Self.code($0))" }
        }
        return lines.isEmpty ? "" : Self.folded("What is proven first", lines.joined(separator: "\n"))
    }

    private var untouched: String {
        let lines = plan.untouched.prefix(Self.names).map { release in
            "- \(Self.code(release.release.id)): \(Self.code(NoteText(release.notes).line))"
        }
        let title = "\(plan.untouched.count) untouched, though files of theirs differ"
        return lines.isEmpty ? "" : Self.folded(title, lines.joined(separator: "\n"))
    }

    // MARK: - Markup

    private static func folded(_ title: String, _ body: String) -> String {
        "<details><summary>\(title)</summary>\n\n\(body)\n\n</details>"
    }

    private static func list(_ names: [String], most: Int = names) -> String {
        let more = names.count > most ? " and \(names.count - most) more" : ""
        return names.prefix(most).map(code).joined(separator: ", ") + more
    }

    /// Text as code on one line, whatever is in it.
    static func code(_ text: String) -> String {
        let line = text.printable
        let runs = line.split { $0 != "`" }.map(\.count)
        let fence = String(repeating: "`", count: (runs.max() ?? 0) + 1)
        let needsSpace = line.first == "`" || line.last == "`" || line.isEmpty
        let inner = needsSpace ? " \(line) " : line
        return "\(fence)\(inner)\(fence)"
    }

    /// The same in a table, where a bar ends a cell, also in code.
    private static func cell(_ text: String) -> String { code(text).replacing("|", with: "\\|") }

    /// Text inside HTML, where nothing of it is markup. A mention would be one there, too.
    private static func html(_ text: String) -> String {
        let escaped = text.printable.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;")
        return "<code>\(escaped)</code>"
    }

    /// As many parts as fit, and a line that counts the others.
    private static func fitting(_ head: String, _ parts: [String]) -> String {
        var text = head
        for (index, part) in parts.enumerated() {
            guard text.utf8.count + part.utf8.count + 2 <= limit - reserve else {
                return text
                    + "\n\n\(parts.count - index) more parts are left out here; `hubfleet plan` shows all of them."
            }
            text += "\n\n" + part
        }
        return text
    }
}

/// How much a plan deploys of how much there is.
struct PlanCount {
    let text: String

    init(_ plan: Plan) {
        func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
        let hubs = plan.releases.count { $0.release.kind == .hub }
        let support = plan.releases.count - hubs
        let all = "of \(count(plan.hubCount, "hub")) and \(count(plan.supportCount, "support release"))"
        text =
            plan.releases.isEmpty
            ? "nothing to deploy \(all)"
            : "\(count(hubs, "hub")) and \(count(support, "support release")) to deploy, \(all)"
    }
}
