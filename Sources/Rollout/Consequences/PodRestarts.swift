import FleetModel
import Texts

/// Which pods start anew, and why.
struct PodRestarts: Sendable {
    let state: StateChange

    var observations: [Observation] {
        let changed = state.changes.filter { $0.isApplied && $0.object?.isWorkload == true }
        let known = Dictionary(changed.map { ($0.place, $0) }) { first, _ in first }
        return state.after.workloads.flatMap { workload -> [Observation] in
            let place = ObjectPlace(workload.sheet)
            guard place.section == .release || place.section == .elsewhere,
                let before = state.before.objects[place]
            else { return [] }
            return observations(of: workload, before, known[place])
        } + changed.filter { $0.after == nil }.map { Observation(kind(of: $0.before, in: state.before), $0.proof()) }
    }

    /// The workloads that start anew.
    var names: Set<ExactText> { Set(observations.compactMap { $0.isOfFirstUpgrade ? nil : $0.proof.object?.exact }) }

    private func kind(of workload: RenderedObject?, in state: RenderedState) -> Consequence.Kind {
        switch workload.map(state.role) {
        case .hub: .hubRestarts
        case .proxy: .proxyRestarts
        case .other, nil: .othersRestart
        }
    }

    private func observations(
        of workload: RenderedObject, _ before: RenderedObject, _ change: ObjectChange?
    ) -> [Observation] {
        let kind = kind(of: workload, in: state.after)
        let fields = change?.fields(below: "spec.template") ?? []
        let sums = fields.filter { $0.before?.kind == .checksum || $0.after?.kind == .checksum }
        let own = fields.filter { field in !sums.contains(field) }
        let because = because(workload, sums: sums)
        let stops = (change?.fields(below: "spec.replicas") ?? []).filter { $0.after?.shown == "0" }
        var found = (own + stops).compactMap { field in
            change.map { Observation(kind, $0.proof(field)) }
        }
        if let because {
            // Only what sums say makes it start now; without them it would read the change at its next start.
            let waits =
                found.isEmpty ? "; nothing else makes it start, so this could have waited for its next restart" : ""
            let proof = Consequence.Proof(
                object: workload.sheet.identity.description, path: sums.first?.path ?? randomSum(of: workload)?.path,
                note: "because a checksum of \(because) changed\(waits)", template: workload.sheet.template)
            found.append(Observation(kind, proof))
        }
        if found.isEmpty, kind != .othersRestart, let sum = randomSum(of: workload) {
            let proof = Consequence.Proof(
                object: workload.sheet.identity.description, path: sum.path,
                note: "at an install the chart sums other random values than it writes",
                template: workload.sheet.template)
            found.append(Observation(kind, proof, isOfFirstUpgrade: true))
        }
        return found
    }

    /// The objects whose sums changed, in words; nil when none did.
    private func because(_ workload: RenderedObject, sums: [FieldDifference]) -> String? {
        let isSummed = !sums.isEmpty || randomSum(of: workload) != nil
        guard isSummed else { return nil }
        let names = state.sources.read(by: workload.sheet)
        // A sum of what is made by chance shows no change, so what the pods read decides.
        guard names.isEmpty else { return names.joined(separator: ", ") }
        return sums.first.map { "what \($0.path) sums up" }
    }

    /// A sum over what is made by chance at each rendering. In a cluster it stays what it was at the last upgrade, but not
    /// at the first one.
    private func randomSum(of workload: RenderedObject) -> ObjectField? {
        workload.tree["spec", "template", "metadata", "annotations"]?.fields.first { field in
            field.kind == .checksum && field.seal.isEmpty && field.shown.contains(ObjectField.chance)
        }
    }
}
