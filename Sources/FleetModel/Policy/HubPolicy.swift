import Texts

/// Hubfleet's own facts about one hub: an entry of `hubs` of the policy. They stand in no `cluster.yaml` and in no values
/// file, so that other programs go on reading the same fleet.
package struct HubPolicy: Sendable {
    /// `CLUSTER/HUB`, where it is the key.
    package let hub: Located<String>
    /// The name that the hub had before, as `CLUSTER/HUB`.
    package let movedFrom: Setting<String>
    /// The hub whose health lets this one follow, as `CLUSTER/HUB`.
    package let prover: Setting<String>
    /// Why the hub goes without a prover.
    package let withoutProver: Setting<String>

    init(_ hub: Located<String>, of policy: Value) {
        let part = PolicyPart(policy, "hubs", hub.value)
        self.hub = hub
        movedFrom = part["moved_from"]
        prover = part["prover"]
        withoutProver = part["without_prover"]
    }
}

extension FleetPolicy {
    /// The facts about hubs, in the order of the file.
    package var hubs: [HubPolicy] {
        (values["hubs"]?.pairs ?? []).map { HubPolicy(Located($0.key, at: $0.place), of: values) }
    }

    /// The facts about one hub; nil when the file says nothing of it.
    package func hub(_ id: String) -> HubPolicy? { hubs.first { $0.hub.value.exact == id.exact } }

    /// What is wrong with the facts about hubs and clusters, seen beside those of the fleet.
    package func findings(on fleet: Fleet) -> [Finding] {
        let hubs = Dictionary(fleet.hubs.map { ($0.id.exact, $0) }) { first, _ in first }
        return self.hubs.flatMap { HubPolicyChecks(policy: $0, hubs: hubs).findings } + clusterFindings(on: fleet)
    }
}

/// What the facts about one hub say of hubs that are not there, or cannot be.
private struct HubPolicyChecks {
    let policy: HubPolicy
    let hubs: [ExactText: Hub]

    var findings: [Finding] {
        guard let hub = hubs[policy.hub.value.exact] else {
            return [
                Finding(
                    rule: "fleet/unknown-hub", "there is no hub \"\(policy.hub.value.printable)\"",
                    advice: advice(policy.hub.value), at: policy.hub.location)
            ]
        }
        return moved(hub) + proven(hub)
    }

    private func moved(_ hub: Hub) -> [Finding] {
        guard let old = policy.movedFrom.value, let place = policy.movedFrom.place else { return [] }
        guard hubs[old.exact] != nil else { return [] }
        let isItself = old.exact == hub.id.exact
        return [
            Finding(
                rule: "fleet/moved-from",
                isItself
                    ? "\(hub.id) cannot have moved from itself"
                    : "\(hub.id) cannot have moved from \(old.printable), which is still there",
                advice: "take the line out, or the old hub out of its cluster.yaml", at: place)
        ]
    }

    private func proven(_ hub: Hub) -> [Finding] {
        guard let name = policy.prover.value, let place = policy.prover.place else { return [] }
        func finding(_ message: String, _ advice: String, related: [SourceLocation] = []) -> [Finding] {
            [Finding(rule: "fleet/prover", message, advice: advice, at: place, related: related)]
        }
        if let reason = policy.withoutProver.place {
            return finding(
                "\(hub.id) has both a prover and a reason to go without", "take one of the two out", related: [reason])
        }
        guard let prover = hubs[name.exact] else {
            return finding("there is no hub \"\(name.printable)\"", advice(name))
        }
        if prover.id.exact == hub.id.exact {
            return finding("\(hub.id) cannot prove itself", "name another hub, or say without_prover")
        }
        if prover.chart.value.exact != hub.chart.value.exact {
            return finding(
                "\(prover.id) is on the chart \"\(prover.chart.value)\", so it proves nothing of \(hub.id) on "
                    + "\"\(hub.chart.value)\"",
                "name a hub on the same chart, or say without_prover",
                related: [prover.chart.location, hub.chart.location])
        }
        return []
    }

    private func advice(_ name: String) -> String {
        Suggestion.closest(to: name, among: hubs.keys.map(\.text)).map { "did you mean \"\($0)\"?" }
            ?? "`hubfleet list` shows all of them"
    }
}
