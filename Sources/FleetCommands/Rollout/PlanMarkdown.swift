import FleetModel
import Rollout
import Texts

/// A plan as one comment of a change request, which is updated in place: short first, details folded.
///
/// All that comes from the fleet is written as code, so that it is neither markup nor a mention of anybody.
struct PlanMarkdown {
    /// The first line, by which the comment is found again.
    static let mark = "<!-- hubfleet-plan -->"
    /// More releases are counted.
    private static let names = 100
    /// More of what is seen at once is counted.
    private static let lines = 20

    /// More proofs of one class are counted.
    private static let proofs = 10

    private let plan: Plan
    private let groups: [ConsequenceGroups.Group]
    private let limit: Int

    /// - Parameters:
    ///   - plan: what is shown.
    ///   - limit: how many bytes the comment may hold.
    init(_ plan: Plan, limit: Int = Markdown.limit) {
        self.plan = plan
        groups = ConsequenceGroups(plan).groups
        self.limit = limit
    }

    var text: String {
        let parts = [stages, consequences, warnings].filter { !$0.isEmpty } + details
        return Markdown.fitting("\(Self.mark)\n\n\(summary)", parts, limit: limit, command: "hubfleet plan")
    }

    // MARK: - What is seen at once

    private var summary: String {
        let count = PlanCount(plan)
        let verdict = plan.isSound ? "" : " **It is refused.**"
        return "**Plan** from \(Markdown.code(plan.before.text)) to \(Markdown.code(plan.after.text)): "
            + "\(count.text).\(verdict)"
    }

    private var stages: String {
        guard !plan.releases.isEmpty else { return "" }
        let rows = Stage.allCases.compactMap { stage -> String? in
            let ids = plan.releases.filter { $0.stage == stage }.map(\.id)
            guard !ids.isEmpty else { return nil }
            let more = ids.count > 4 ? " and \(ids.count - 4) more" : ""
            let cells = ids.prefix(4).map(Markdown.cell).joined(separator: ", ")
            return "| \(stage.name) | \(ids.count) | \(cells)\(more) |"
        }
        return "| stage | releases | |\n| --- | --- | --- |\n" + rows.joined(separator: "\n")
    }

    /// What people will notice, the gravest first.
    private var consequences: String {
        let lines = groups.map { group in
            let more = group.releases.count > 4 ? " and \(group.releases.count - 4) more" : ""
            return "- **\(group.words)**: \(group.releases.prefix(4).map(Markdown.code).joined(separator: ", "))\(more)"
        }
        return lines.isEmpty ? "" : "What people will notice:\n\n" + lines.joined(separator: "\n")
    }

    /// What shows it, a part for each class.
    private var proofs: [String] {
        groups.map { group in
            let lines = group.proofs.prefix(Self.proofs).map { proof -> String in
                let text = [proof.text.line, proof.text.cause].compactMap { $0 }.map(Markdown.code).joined(
                    separator: "<br>")
                return "- \(text), in \(Self.list(proof.releases, most: 4))"
            }
            let more = group.proofs.count - lines.count
            let rest = more > 0 ? ["- and \(more) more"] : []
            return Markdown.folded("What shows it: \(group.words)", (lines + rest).joined(separator: "\n"))
        }
    }

    /// What nobody may overlook.
    private var warnings: String {
        var lines = plan.renamed.prefix(Self.lines).map { hub in
            "- **Refused:** \(Markdown.code(hub.hub)) looks like \(Markdown.code(hub.earlier)) under another name "
                + "(\(Markdown.code(hub.signs.first ?? ""))). It would start with empty homes: "
                + "\(Markdown.code(hub.advice))."
        }
        if plan.renamed.count > Self.lines { lines.append("- **Refused:** \(plan.renamed.count) such hubs in all.") }
        lines += plan.gone.prefix(Self.lines).map { gone in
            let name = Markdown.code(gone.release.id)
            return gone.becameHub.map { "- \(name) is \(Markdown.code($0)) now; its homes have to move." }
                ?? "- \(name) is no longer in the fleet; it runs on until somebody takes it away."
        }
        if plan.gone.count > Self.lines { lines.append("- \(plan.gone.count) releases are gone in all.") }
        if let label = plan.skipped.first?.label {
            lines.append("- \(plan.skipped.count) releases are kept back by the label \(Markdown.code(label)).")
        }
        let errors = plan.findings.count { $0.severity == .error }
        lines += plan.failures.prefix(Self.names).map { failure in
            "- **Refused:** helm cannot render \(Markdown.code(failure.release))."
        }
        if errors > 0 { lines.append("- **Refused:** \(errors) errors; `hubfleet validate` shows them.") }
        return (lines + notJudged).joined(separator: "\n")
    }

    /// What needs a key that is not here, as where the change request of a fork is planned.
    private var notJudged: [String] {
        let closed = plan.reasonGroups.filter { $0.reason.kind == .sealed }
        let places = closed.flatMap { [$0.reason.before.place, $0.reason.after.place] }
        let files = Set(places.compactMap { $0?.file }).sortedByBytes()
        guard !files.isEmpty else { return [] }
        return [
            "- **Not judged:** what differs in \(Self.list(files)), which no key opens here. It may only be encrypted anew."
        ]
    }

    // MARK: - What is folded

    private var details: [String] {
        let changes = plan.reasonGroups.map { group -> String in
            let text = ReasonText(group.reason)
            let lines = text.places.map { "- \(Markdown.code($0))" } + ["- in \(Self.list(group.releases))"]
            let title = "\(group.releases.count): \(Markdown.html(text.line))"
            return Markdown.folded(title, lines.joined(separator: "\n"))
        }
        return proofs + changes + [provers, untouched].filter { !$0.isEmpty }
    }

    private var provers: String {
        let lines = plan.releases.compactMap { planned in
            ProverText(planned).line.map { "- \(Markdown.code(planned.id)): \(Markdown.code($0))" }
        }
        return lines.isEmpty ? "" : Markdown.folded("What is proven first", lines.joined(separator: "\n"))
    }

    private var untouched: String {
        let lines = plan.untouched.prefix(Self.names).map { release in
            "- \(Markdown.code(release.release.id)): \(Markdown.code(NoteText(release.notes).line))"
        }
        let title = "\(plan.untouched.count) untouched, though files of theirs differ"
        return lines.isEmpty ? "" : Markdown.folded(title, lines.joined(separator: "\n"))
    }

    // MARK: - Markup

    private static func list(_ names: [String], most: Int = names) -> String {
        let more = names.count > most ? " and \(names.count - most) more" : ""
        return names.prefix(most).map(Markdown.code).joined(separator: ", ") + more
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
