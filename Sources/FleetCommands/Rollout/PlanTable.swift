import FleetModel
import Rollout
import Texts

/// A plan for a terminal.
struct PlanTable {
    /// More names in one line are counted.
    private static let names = 6

    private let plan: Plan

    init(_ plan: Plan) {
        self.plan = plan
    }

    var text: String {
        let parts = [releases, changes, provers, gone, skipped, untouched].filter { !$0.isEmpty }
        return parts.isEmpty ? "nothing to deploy" : parts.joined(separator: "\n\n")
    }

    private var releases: String {
        guard !plan.releases.isEmpty else { return "" }
        var table = Table("STAGE", "RELEASE", "PROVER", "WHY")
        for planned in plan.releases {
            let first = planned.reasons.first.map { ReasonText($0).sentence } ?? ""
            let more = planned.reasons.count > 1 ? ", and \(planned.reasons.count - 1) more" : ""
            table.add(planned.stage.name, planned.id, planned.prover.cell, first + more)
        }
        return table.text
    }

    private var changes: String {
        let groups = plan.reasonGroups.map { group -> String in
            let text = ReasonText(group.reason)
            return ([text.line] + text.places.map { "    \($0)" } + ["    in \(Self.list(group.releases))"])
                .joined(separator: "\n")
        }
        return groups.isEmpty ? "" : "What differs:\n\n" + groups.joined(separator: "\n")
    }

    /// What provers leave unproven, and hubs without one.
    private var provers: String {
        let lines = plan.releases.compactMap { planned in
            ProverText(planned).line.map { "\(planned.id): \($0)".printable }
        }
        return lines.isEmpty ? "" : "Provers:\n\n" + lines.joined(separator: "\n")
    }

    private var gone: String {
        let lines = plan.gone.map { gone in
            gone.becameHub.map { "\(gone.release.id) is \($0) now; its homes have to move" }
                ?? "\(gone.release.id) runs on until somebody takes it away"
        }
        return lines.isEmpty ? "" : "No longer in the fleet:\n\n" + lines.map(\.printable).joined(separator: "\n")
    }

    private var skipped: String {
        let lines = plan.skipped.map { "\($0.release.id): kept back by the label \($0.label)".printable }
        return lines.isEmpty ? "" : "Skipped:\n\n" + lines.joined(separator: "\n")
    }

    private var untouched: String {
        guard !plan.untouched.isEmpty else { return "" }
        var order: [ExactText] = []
        var groups: [ExactText: [String]] = [:]
        for release in plan.untouched {
            let text = NoteText(release.notes).line.exact
            if groups[text] == nil { order.append(text) }
            groups[text, default: []].append(release.release.id)
        }
        let lines = order.map { "\(Self.list(groups[$0] ?? [])): \($0)" }
        return "Untouched, though files of theirs differ:\n\n" + lines.joined(separator: "\n")
    }

    static func list(_ names: [String]) -> String {
        let more = names.count > Self.names ? " and \(names.count - Self.names) more" : ""
        return names.prefix(Self.names).joined(separator: ", ").printable + more
    }
}

/// What the prover of a planned hub does and does not prove.
struct ProverText {
    private let planned: PlannedRelease

    init(_ planned: PlannedRelease) {
        self.planned = planned
    }

    /// Nil where there is nothing to say.
    var line: String? {
        switch planned.prover {
        case .needless: return nil
        case .waived(let reason, let place): return "goes alone and last: \(reason.printable) (\(place))"
        case .none(let reason): return "goes alone and last: \(reason)"
        case .hub(let prover):
            let proven = planned.proven ?? []
            let open = planned.reasons.indices.filter { !proven.contains($0) }
            guard !open.isEmpty else { return "\(prover.hub) proves all that differs; \(shared(prover))" }
            let names = PlanTable.list(open.map { planned.reasons[$0].subject })
            let all = planned.reasons.count
            return proven.isEmpty
                ? "\(prover.hub) proves nothing of \(names); \(shared(prover))"
                : "\(prover.hub) proves \(proven.count) of \(all) differences, not \(names); \(shared(prover))"
        }
    }

    private func shared(_ prover: Prover) -> String {
        let all = prover.sharedFiles.count + prover.ownFiles.count
        return prover.sharedFiles.isEmpty
            ? "both share the chart alone" : "both share \(prover.sharedFiles.count) of \(all) values files"
    }
}

/// Why files that differ have no effect.
struct NoteText {
    private let notes: [UntouchedRelease.Note]

    init(_ notes: [UntouchedRelease.Note]) {
        self.notes = notes
    }

    var line: String {
        notes.prefix(3).map { note in
            guard let path = note.path else { return "the text of \(note.file) alone differs" }
            return note.overriddenAt.map { "\(path) is overridden at \($0)" } ?? "\(path) has no effect (\(note.at))"
        }.joined(separator: "; ").printable
    }
}
