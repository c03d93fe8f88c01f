import Texts

/// Rules about what rendered objects want of their cluster. They judge nothing that `fleet.yaml` does not list.
enum ClusterOfferRules {
    static let rules = [
        Rule(
            "objects/no-storage-class", .error, "Claims are of classes of disks that the cluster has.",
            because: "A claim of a class that is not there gets no disk, and its pods never start.",
            .rendered(storageClasses)),
        Rule(
            "objects/no-ingress-class", .error, "Ingresses are of classes that the cluster has.",
            because: "Nobody serves an ingress of another class.", .rendered(ingressClasses)),
        Rule(
            "objects/no-issuer", .error, "Certificates come from issuers that the cluster has.",
            because: "Nobody makes the certificate, and browsers refuse the site.", .rendered(issuers)),
        Rule(
            "objects/no-priority-class", .error, "Pods are of priorities that the cluster has.",
            because: "Kubernetes makes no pod of a priority that it does not know.", .rendered(priorities)),
    ]

    /// A name that an object wants of the cluster.
    private struct Wish {
        let object: KubernetesObject
        let name: String
        let path: ValuePath

        init?(_ object: KubernetesObject, _ path: ValuePath) {
            guard let name = object.body[path]?.string, !name.isEmpty else { return nil }
            self.object = object
            self.name = name
            self.path = path
        }
    }

    /// A fault for each name that neither the cluster nor the release has.
    private static func faults(
        _ wishes: [Wish], _ kind: String, _ key: String, _ offered: [String]?, _ facts: RenderedFacts
    ) -> [ObjectFault] {
        guard let offered else { return [] }
        let known = Set(offered.map(\.exact))
        return wishes.filter { !known.contains($0.name.exact) && facts.object(kind, $0.name) == nil }.map { wish in
            let closest = Suggestion.closest(to: wish.name, among: offered)
            return ObjectFault(
                wish.object, wish.path,
                "\(wish.object.shown) wants the \(kind) \(wish.name.printable), which the cluster does not have",
                advice: closest.map { "did you mean \"\($0)\"?" }
                    ?? "`clusters` in fleet.yaml says what there is: \(key)",
                cause: .reference(kind: kind, name: wish.name))
        }
    }

    private static func path(_ keys: String...) -> ValuePath { ValuePath(keys.map(ValuePath.Step.key)) }

    private static func storageClasses(_ facts: RenderedFacts) -> [ObjectFault] {
        let claims = (facts.objects(of: "PersistentVolumeClaim") + facts.claims).compactMap {
            Wish($0, path("spec", "storageClassName"))
        }
        let templates = facts.objects(of: "StatefulSet").flatMap { object in
            (object.body["spec", "volumeClaimTemplates"]?.list ?? []).indices.compactMap { index in
                Wish(
                    object,
                    path("spec", "volumeClaimTemplates").appending(.index(index))
                        .appending(keys: "spec", "storageClassName"))
            }
        }
        // A volume of the release is bound by the same name, without a class of that name.
        let volumes = Set(
            facts.objects(of: "PersistentVolume").compactMap { $0.body["spec", "storageClassName"]?.string?.exact })
        let wishes = (claims + templates).filter { !volumes.contains($0.name.exact) }
        return faults(wishes, "StorageClass", "storage_classes", facts.cluster.storageClasses, facts)
    }

    private static func ingressClasses(_ facts: RenderedFacts) -> [ObjectFault] {
        let wishes = facts.objects(of: "Ingress").compactMap { object in
            Wish(object, path("spec", "ingressClassName"))
                ?? Wish(object, path("metadata", "annotations", "kubernetes.io/ingress.class"))
        }
        return faults(wishes, "IngressClass", "ingress_classes", facts.cluster.ingressClasses, facts)
    }

    private static func issuers(_ facts: RenderedFacts) -> [ObjectFault] {
        let ingresses = facts.objects(of: "Ingress").compactMap {
            Wish($0, path("metadata", "annotations", "cert-manager.io/cluster-issuer"))
        }
        let certificates = facts.objects(of: "Certificate").filter {
            $0.body["spec", "issuerRef", "kind"]?.string == "ClusterIssuer"
        }.compactMap { Wish($0, path("spec", "issuerRef", "name")) }
        return faults(
            ingresses + certificates, "ClusterIssuer", "cluster_issuers", facts.cluster.clusterIssuers, facts)
    }

    private static func priorities(_ facts: RenderedFacts) -> [ObjectFault] {
        let wishes = facts.pods.compactMap { Wish($0.object, $0.specPath.appending(.key("priorityClassName"))) }
            // Kubernetes makes these itself.
            .filter { !$0.name.hasPrefix("system-") }
        return faults(wishes, "PriorityClass", "priority_classes", facts.cluster.priorityClasses, facts)
    }
}
