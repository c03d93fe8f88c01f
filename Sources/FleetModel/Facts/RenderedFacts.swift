import Texts

/// What helm makes of a release, with what its cluster is known to have: what rules on rendered objects look at.
package struct RenderedFacts: Sendable {
    /// In the order of the manifest. The hooks and the definitions of a chart are among them.
    package let objects: [KubernetesObject]
    /// The pods that they describe, with those that the hub would make for its users.
    package let pods: [PodTemplate]
    /// The claims that the hub would make for its users.
    package let claims: [KubernetesObject]
    private let users: [KubernetesObject]
    /// The version of the cluster.
    package let kubernetes: KubernetesVersion?
    package let cluster: ClusterOffer
    /// How many bytes the record of the release takes in the cluster; nil when that is not known.
    package let recordSize: Int?
    /// The names of the objects of the release's own namespace, and of those in none, by their kinds.
    private let names: [ExactText: [ExactText: KubernetesObject]]

    /// - Parameters:
    ///   - objects: what helm renders.
    ///   - users: the pods and the claims that the hub would make for its users.
    ///   - kubernetes: the version of the cluster.
    ///   - cluster: what `fleet.yaml` says that there is.
    ///   - recordSize: the record of the release, in bytes.
    package init(
        _ objects: [KubernetesObject], users: [KubernetesObject] = [], kubernetes: KubernetesVersion?,
        cluster: ClusterOffer = ClusterOffer(), recordSize: Int? = nil
    ) {
        self.objects = objects
        let lasting = objects.filter { $0.section != .test && $0.section != .elsewhere }
        pods = (lasting + users).compactMap { PodTemplate($0) }
        self.users = users
        claims = users.filter { $0.identity.kind == "PersistentVolumeClaim" }
        self.kubernetes = kubernetes
        self.cluster = cluster
        self.recordSize = recordSize
        var names: [ExactText: [ExactText: KubernetesObject]] = [:]
        for object in lasting + claims where object.identity.namespace == nil {
            names[object.identity.kind.exact, default: [:]][object.identity.name.exact] = object
        }
        self.names = names
    }

    /// The same release with other objects.
    package func replacing(_ objects: [KubernetesObject]) -> RenderedFacts {
        RenderedFacts(objects, users: users, kubernetes: kubernetes, cluster: cluster, recordSize: recordSize)
    }

    /// The object of a kind with a name; nil when the release has none.
    func object(_ kind: String, _ name: String) -> KubernetesObject? { names[kind.exact]?[name.exact] }

    func objects(of kind: String) -> [KubernetesObject] { objects.filter { $0.identity.kind.exact == kind.exact } }

    /// The pods that a Service with these labels leads to.
    func pods(withLabels labels: Value) -> [PodTemplate] {
        pods.filter { LabelSelector.matches(all: labels, $0.labels) }
    }
}

/// What a cluster has beside the objects of its releases, as far as `fleet.yaml` says. What is nil is not known.
package struct ClusterOffer: Sendable {
    package var storageClasses: [String]?
    package var ingressClasses: [String]?
    package var clusterIssuers: [String]?
    package var priorityClasses: [String]?

    package init() {}
}
