import Texts

/// Rules about what rendered objects name.
enum ReferenceRules {
    static let rules = [
        Rule(
            "objects/no-config-map", .warning, "Pods read ConfigMaps that there are.",
            because: "A pod without one of its ConfigMaps does not start.", .rendered { missing("ConfigMap", $0) }),
        Rule(
            "objects/no-secret", .warning, "Pods read Secrets that there are.",
            because: "A pod without one of its Secrets does not start.", .rendered { missing("Secret", $0) }),
        Rule(
            "objects/no-key", .error, "Pods read keys that their ConfigMaps and Secrets have.",
            because: "A pod that wants a key that is not there does not start.", .rendered(missingKeys)),
        Rule(
            "objects/no-claim", .warning, "Pods mount claims that there are.",
            because: "A pod waits for its disk for ever.", .rendered { missing("PersistentVolumeClaim", $0) }),
        Rule(
            "objects/no-service-account", .warning, "Pods run for service accounts that there are.",
            because: "Kubernetes makes no pod for an account that it does not know.",
            .rendered { missing("ServiceAccount", $0) }),
    ]

    /// What is in every namespace. Source: the controllers of Kubernetes.
    private static let everywhere: Set<[String]> = [["ServiceAccount", "default"], ["ConfigMap", "kube-root-ca.crt"]]

    private static func missing(_ kind: String, _ facts: RenderedFacts) -> [ObjectFault] {
        let made = kind == "Secret" ? OtherSecrets.names(in: facts) : []
        return facts.pods.flatMap { pod -> [ObjectFault] in
            var seen: Set<ExactText> = []
            return ObjectUse.all(of: pod).compactMap { use in
                guard use.kind.exact == kind.exact, facts.object(kind, use.name) == nil,
                    !everywhere.contains([kind, use.name]), !made.contains(use.name.exact),
                    seen.insert(use.name.exact).inserted
                else { return nil }
                return ObjectFault(
                    pod.object, use.path,
                    "\(pod.object.shown) needs the \(kind) \(use.name.printable), which the release does not have",
                    advice: "name one of the release, or switch this rule off where it is made by other means",
                    cause: .reference(kind: kind, name: use.name))
            }
        }
    }

    private static func missingKeys(_ facts: RenderedFacts) -> [ObjectFault] {
        facts.pods.flatMap { pod in
            ObjectUse.all(of: pod).compactMap { use in
                guard let key = use.key, let path = use.keyPath, let object = facts.object(use.kind, use.name),
                    object.section != .hook, !has(key, object)
                else { return nil }
                return ObjectFault(
                    pod.object, path,
                    "\(pod.object.shown) needs the key \(key.printable) of the \(use.kind) \(use.name.printable), which does "
                        + "not have it")
            }
        }
    }

    private static func has(_ key: String, _ object: KubernetesObject) -> Bool {
        ["data", "stringData", "binaryData"].contains { object.body[$0]?.map?.entry(key) != nil }
    }
}

/// Secrets that objects of extensions make.
enum OtherSecrets {
    static func names(in facts: RenderedFacts) -> Set<ExactText> {
        Set(facts.objects.flatMap(names).map(\.exact))
    }

    /// Sources: the APIs of cert-manager, External Secrets and Sealed Secrets.
    private static func names(of object: KubernetesObject) -> [String] {
        let own = object.identity.name
        let spec = object.body["spec"]
        switch object.identity.kind {
        case "Certificate": return [spec?["secretName"]?.string].compactMap { $0 }
        case "ExternalSecret": return [spec?["target", "name"]?.string ?? own]
        case "SealedSecret": return [spec?["template", "metadata", "name"]?.string ?? own]
        case "Ingress":
            // An issuer makes what the list of certificates names.
            let notes = object.body["metadata", "annotations"]?.pairs ?? []
            guard notes.contains(where: { $0.key.hasPrefix("cert-manager.io/") || $0.key == "kubernetes.io/tls-acme" })
            else { return [] }
            return (spec?["tls"]?.list ?? []).compactMap { $0["secretName"]?.string }
        default: return []
        }
    }
}
