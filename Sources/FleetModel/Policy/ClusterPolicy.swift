import Texts

/// Hubfleet's own facts about one cluster: an entry of `clusters` of the policy.
package struct ClusterPolicy: Sendable {
    /// The name of the cluster, where it is the key.
    package let cluster: Located<String>
    /// Why the alerts of the cluster may go nowhere.
    package let withoutAlerts: Setting<String>

    init(_ cluster: Located<String>, of policy: Value) {
        self.cluster = cluster
        withoutAlerts = PolicyPart(policy, "clusters", cluster.value)["without_alerts"]
    }
}

extension FleetPolicy {
    /// The facts about clusters, in the order of the file.
    package var clusters: [ClusterPolicy] {
        (values["clusters"]?.pairs ?? []).map { ClusterPolicy(Located($0.key, at: $0.place), of: values) }
    }

    /// The facts about one cluster; nil when the file says nothing of it.
    package func cluster(_ name: String) -> ClusterPolicy? { clusters.first { $0.cluster.value.exact == name.exact } }

    /// The facts about clusters that are not there.
    package func unknownClusters(in fleet: Fleet) -> [Finding] {
        let known = fleet.clusters.map(\.name.value)
        return clusters.filter { policy in !known.contains { $0.exact == policy.cluster.value.exact } }.map { policy in
            let name = policy.cluster.value
            return Finding(
                rule: "fleet/unknown-cluster", "there is no cluster \"\(name.printable)\"",
                advice: Suggestion.closest(to: name, among: known).map { "did you mean \"\($0)\"?" }
                    ?? "`hubfleet list` shows all of them", at: policy.cluster.location)
        }
    }
}
