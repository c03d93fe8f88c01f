import Texts

/// A reason that several releases have, said once.
package struct ReasonGroup: Sendable {
    package let reason: PlanReason
    /// `CLUSTER/HUB`, in the order of the plan.
    package let releases: [String]
}

extension Plan {
    /// All reasons of its releases, each once, in the order in which they come.
    package var reasonGroups: [ReasonGroup] {
        var order: [ExactText] = []
        var groups: [ExactText: (reason: PlanReason, releases: [String])] = [:]
        for planned in releases {
            var own: Set<ExactText> = []
            for reason in planned.reasons where own.insert(reason.likeness).inserted {
                let key = reason.likeness
                if groups[key] == nil { order.append(key) }
                groups[key, default: (reason, [])].releases.append(planned.id)
            }
        }
        return order.compactMap { key in
            groups[key].map { ReasonGroup(reason: $0.reason, releases: $0.releases) }
        }
    }
}
