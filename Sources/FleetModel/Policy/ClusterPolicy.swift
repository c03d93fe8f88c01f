import Texts

/// Hubfleet's own facts about one cluster: an entry of `clusters` of the policy. What a cluster has, nobody can know who
/// does not ask it; here it is said, so that it can be checked offline.
package struct ClusterPolicy: Sendable {
    /// The name of the cluster, where it is the key.
    package let cluster: Located<String>
    /// Why the alerts of the cluster may go nowhere.
    package let withoutAlerts: Setting<String>
    /// Its version of Kubernetes, such as `1.34`.
    package let kubernetes: Setting<String>
    /// What it has beside the objects of its releases.
    package let offer: ClusterOffer

    init(_ cluster: Located<String>, of policy: Value) {
        let part = PolicyPart(policy, "clusters", cluster.value)
        self.cluster = cluster
        withoutAlerts = part["without_alerts"]
        kubernetes = part["kubernetes"]
        var offer = ClusterOffer()
        func names(_ key: String) -> [String]? {
            let list: Setting<NameList> = part[key]
            return list.value?.names.map(\.value)
        }
        offer.storageClasses = names("storage_classes")
        offer.ingressClasses = names("ingress_classes")
        offer.clusterIssuers = names("cluster_issuers")
        offer.priorityClasses = names("priority_classes")
        self.offer = offer
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
        let known = Set(fleet.clusters.map(\.name.value.exact))
        return clusters.map(\.cluster).filter { !known.contains($0.value.exact) }.map { cluster in
            let closest = Suggestion.closest(to: cluster.value, among: known.map(\.text))
            return Finding(
                rule: "fleet/unknown-cluster", "there is no cluster \"\(cluster.value.printable)\"",
                advice: closest.map { "did you mean \"\($0)\"?" } ?? "`hubfleet list` shows all of them",
                at: cluster.location)
        }
    }
}
