import FleetModel
import Rollout
import Texts

/// All that a plan says of one hub.
struct PlanExplanation {
    private let plan: Plan
    private let hub: String
    /// Its name as people are shown it.
    private var name: String { hub.printable }

    init(_ plan: Plan, of hub: String) {
        self.plan = plan
        self.hub = hub
    }

    var text: String {
        if let planned = plan.releases.first(where: { $0.id.exact == hub.exact }) { return text(planned) }
        if let skipped = plan.skipped.first(where: { $0.release.id.exact == hub.exact }) {
            return "\(name) is kept back by the label \(skipped.label.printable), though this differs:\n\n"
                + text(skipped.reasons, proven: nil)
        }
        if let untouched = plan.untouched.first(where: { $0.release.id.exact == hub.exact }) {
            return "\(name) stays as it is, though files of it differ:\n\n\(NoteText(untouched.notes).line)"
        }
        if plan.gone.contains(where: { $0.release.id.exact == hub.exact }) {
            return "\(name) is no longer in the fleet; it runs on until somebody takes it away"
        }
        return "\(name) stays as it is: nothing that it is made of differs"
    }

    private func text(_ planned: PlannedRelease) -> String {
        var facts = FactSheet()
        facts.add("hub", planned.id)
        facts.add("stage", planned.stage.name)
        facts.add("moved from", planned.movedFrom)
        facts.add("prover", ProverText(planned).line)
        if case .hub(let prover) = planned.prover {
            facts.add("shared files", prover.sharedFiles.joined(separator: "\n"))
            facts.add("own files", prover.ownFiles.joined(separator: "\n"))
        }
        return "\(facts.text)\n\nDeployed because:\n\n\(text(planned.reasons, proven: planned.proven))"
            + consequences(planned)
    }

    /// What people will notice of it, with all that shows it.
    private func consequences(_ planned: PlannedRelease) -> String {
        guard let found = plan.consequences?[planned.id.exact] else { return "" }
        let parts = found.all.map { consequence in
            let lines = consequence.proofs.flatMap { proof -> [String] in
                let text = ProofText(proof, in: consequence, of: planned)
                return ["    \(text.line)"] + (text.cause.map { ["        \($0)"] } ?? [])
            }
            return ([consequence.words] + lines).joined(separator: "\n")
        }
        return "\n\nWhat people will notice:\n\n" + parts.joined(separator: "\n")
    }

    private func text(_ reasons: [PlanReason], proven: [Int]?) -> String {
        reasons.enumerated().map { index, reason in
            let text = ReasonText(reason)
            let mark = proven.map { $0.contains(index) ? "    proven first" : "    not proven first" }
            return ([text.line] + text.places.map { "    \($0)" } + [mark].compactMap { $0 }).joined(separator: "\n")
        }.joined(separator: "\n")
    }
}
