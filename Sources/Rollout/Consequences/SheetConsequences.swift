import FleetModel
import Texts

/// What people will notice when one rendering of a release takes the place of another.
package enum SheetConsequences {
    /// - Parameters:
    ///   - before: the objects as they are; nil for a release that is not there yet.
    ///   - after: the objects as they will be.
    /// - Returns: every class that applies, the gravest first, each with what shows it. There is at least one.
    package static func of(_ before: [ObjectSheet]?, _ after: [ObjectSheet]) -> [Consequence] {
        let state = StateChange(before ?? [], after)
        return merged(before == nil ? new(state) : changed(state))
    }

    /// Of a release that is new, what it may do.
    private static func new(_ state: StateChange) -> [Observation] {
        let grants = PodGrants(state: state, hub: HubChanges(state)).observations
        let roles = RoleChanges(state: state).observations
        let note = Consequence.Proof(note: "it is new, so nothing of it runs yet")
        return grants + roles + [Observation(.nothing, note)]
    }

    private static func changed(_ state: StateChange) -> [Observation] {
        let hub = HubChanges(state)
        let restarts = PodRestarts(state: state)
        let refused = state.changes.flatMap { change in
            ImmutableFields.refused(change).map { field in
                Observation(.refused, change.proof(field, "Kubernetes never changes it"))
            }
        }
        let own =
            refused + DataChanges(state: state).observations + HomeChanges(hub).observations + hub.observations
            + RoleChanges(state: state).observations + DoorChanges(state: state).observations
            + PodGrants(state: state, hub: hub).observations + PodProtections(state: state).observations
            + LoginChanges(hub: hub).observations
            + restarts.observations
        let known = Set(own.filter { !$0.isOfFirstUpgrade }.map(\.proof.key))
        let others = OtherChanges(state: state, known: known, restarting: restarts.names).observations
        return own + others
    }

    // MARK: - Merging

    /// The observations by class. Where anything else is to be noticed, what changes nothing is not said.
    static func merged(_ observations: [Observation]) -> [Consequence] {
        var proofs: [Key: [Consequence.Proof]] = [:]
        var seen: [Key: Set<Consequence.Proof>] = [:]
        for observation in observations {
            let key = Key(kind: observation.kind, isOfFirstUpgrade: observation.isOfFirstUpgrade)
            guard seen[key, default: []].insert(observation.proof).inserted else { continue }
            proofs[key, default: []].append(observation.proof)
        }
        let kinds = Set(proofs.keys.filter { !$0.isOfFirstUpgrade }.map(\.kind))
        if kinds.isEmpty {
            proofs[Key(kind: .nothing, isOfFirstUpgrade: false)] = [
                Consequence.Proof(note: "all objects are rendered as before")
            ]
        } else if kinds != [.nothing] {
            proofs[Key(kind: .nothing, isOfFirstUpgrade: false)] = nil
        }
        return [false, true].flatMap { isOfFirstUpgrade in
            Consequence.Kind.allCases.compactMap { kind in
                proofs[Key(kind: kind, isOfFirstUpgrade: isOfFirstUpgrade)].map {
                    Consequence(kind, isOfFirstUpgrade: isOfFirstUpgrade, proofs: $0)
                }
            }
        }
    }

    private struct Key: Hashable {
        let kind: Consequence.Kind
        let isOfFirstUpgrade: Bool
    }
}

extension ReleaseConsequences {
    /// The same with more that is known of the release, such as what cannot be seen of it.
    package func adding(_ more: [(Consequence.Kind, Consequence.Proof)]) -> ReleaseConsequences {
        let own = all.flatMap { consequence in
            consequence.proofs.map {
                Observation(consequence.kind, $0, isOfFirstUpgrade: consequence.isOfFirstUpgrade)
            }
        }
        let added = more.map { Observation($0.0, $0.1) }
        return ReleaseConsequences(SheetConsequences.merged(added + own), failure: failure)
    }
}
