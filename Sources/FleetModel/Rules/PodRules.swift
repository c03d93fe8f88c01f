import Texts

/// Rules about the pods of rendered objects.
enum PodRules {
    static let rules = [
        Rule(
            "objects/no-requests", .note, "Containers ask for memory and processor time.",
            because:
                "Without a request Kubernetes puts any number of them on a node, and ends them first when it is full.",
            .rendered(noRequests)),
        Rule(
            "objects/no-limit", .note, "Containers have a limit of memory.",
            because: "One that takes more and more takes it from everything else on its node.", .rendered(noLimit)),
        Rule(
            "objects/privileged", .note, "No container has the rights of its node.",
            because: "Whoever breaks into it owns the node, and with it all pods and secrets there.",
            .rendered(privileged)),
        Rule(
            "objects/host-mount", .note, "No pod mounts a folder of its node.",
            because: "It reads, and maybe writes, what belongs to the node and to all other pods on it.",
            .rendered(hostMounts)),
        Rule(
            "objects/privileged-server", .warning, "Users' servers have no rights on their nodes.",
            because: "Users run what they like in them, so each of them would own the node.", .rendered(servers)),
        Rule(
            "objects/image-without-tag", .error, "Images of rendered objects have a tag or a digest.",
            because: "Without one the newest image is used, whatever that is on the day a node starts.",
            .rendered(images)),
    ]

    /// The label of the pods of users. Source: kubespawner 7.
    private static func isServer(_ pod: PodTemplate) -> Bool {
        pod.labels?["component"]?.string == "singleuser-server"
    }

    // MARK: - Requests and limits

    /// A LimitRange gives what is not set.
    private static func hasDefaults(_ facts: RenderedFacts, _ key: String, _ resource: String) -> Bool {
        facts.objects(of: "LimitRange").contains { object in
            (object.body["spec", "limits"]?.list ?? []).contains { $0[key, resource] != nil }
        }
    }

    private static func noRequests(_ facts: RenderedFacts) -> [ObjectFault] {
        lasting(facts).flatMap { pod, container -> [ObjectFault] in
            let resources = container.body["resources"]
            let missing = ["memory", "cpu"].filter { resource in
                // A limit alone is a request too.
                resources?["requests", resource]?.ifSet == nil && resources?["limits", resource]?.ifSet == nil
                    && !hasDefaults(facts, "defaultRequest", resource) && !hasDefaults(facts, "default", resource)
            }
            guard !missing.isEmpty else { return [] }
            let words = missing.map { $0 == "cpu" ? "processor time" : $0 }.joined(separator: " nor for ")
            return [
                ObjectFault(
                    pod.object, container.path.appending(keys: "resources", "requests"),
                    "\(pod.shown(container)) asks for no \(words)", cause: .absence(of: "resources"))
            ]
        }
    }

    private static func noLimit(_ facts: RenderedFacts) -> [ObjectFault] {
        guard !hasDefaults(facts, "default", "memory") else { return [] }
        return lasting(facts).filter { $0.1.body["resources", "limits", "memory"]?.ifSet == nil }.map {
            pod, container in
            ObjectFault(
                pod.object, container.path.appending(keys: "resources", "limits", "memory"),
                "\(pod.shown(container)) has no limit of memory", cause: .absence(of: "resources"))
        }
    }

    /// The containers that run as long as their pod.
    private static func lasting(_ facts: RenderedFacts) -> [(PodTemplate, PodContainer)] {
        facts.pods.flatMap { pod in pod.containers.filter { !$0.isInitial }.map { (pod, $0) } }
    }

    // MARK: - Rights

    private static let hostKeys = ["hostNetwork", "hostPID", "hostIPC"]
    /// With one of these a container can take over its node. Source: capabilities(7).
    private static let strong: Set<String> = ["SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "SYS_RAWIO", "ALL"]

    private static func privileged(_ facts: RenderedFacts) -> [ObjectFault] {
        facts.pods.flatMap { pod -> [ObjectFault] in
            // What only runs before a server is the chart's, and no user gets into it.
            let containers = pod.containers.filter { !isServer(pod) || $0.isInitial }
            return (isServer(pod) ? [] : namespaces(of: pod)) + containers.flatMap { rights(of: $0, pod) }
        }
    }

    private static func namespaces(of pod: PodTemplate) -> [ObjectFault] {
        hostKeys.filter { pod.spec?[$0]?.bool == true }.map { key in
            ObjectFault(
                pod.object, pod.specPath.appending(.key(key)),
                "\(pod.object.shown) runs in its node's own \(key.dropFirst(4))"
            )
        }
    }

    private static func rights(of container: PodContainer, _ pod: PodTemplate) -> [ObjectFault] {
        let context = container.path.appending(.key("securityContext"))
        var faults: [ObjectFault] = []
        if container.body["securityContext", "privileged"]?.bool == true {
            faults.append(
                ObjectFault(
                    pod.object, context.appending(.key("privileged")), "\(pod.shown(container)) is privileged"))
        }
        let added = container.body["securityContext", "capabilities", "add"]?.list ?? []
        for (index, value) in added.enumerated() {
            guard let name = value.string, strong.contains(name) || strong.contains(String(name.dropFirst(4))) else {
                continue
            }
            faults.append(
                ObjectFault(
                    pod.object, context.appending(keys: "capabilities", "add").appending(.index(index)),
                    "\(pod.shown(container)) has the capability \(name.printable)"))
        }
        return faults
    }

    private static func mounts(of pod: PodTemplate) -> [ObjectFault] {
        pod.volumes.compactMap { path, volume in
            guard let folder = volume["hostPath", "path"]?.string else { return nil }
            return ObjectFault(
                pod.object, path.appending(keys: "hostPath", "path"),
                "\(pod.object.shown) mounts \(folder.printable) of its node")
        }
    }

    private static func hostMounts(_ facts: RenderedFacts) -> [ObjectFault] {
        facts.pods.filter { !isServer($0) }.flatMap(mounts)
    }

    private static func servers(_ facts: RenderedFacts) -> [ObjectFault] {
        facts.pods.filter(isServer).flatMap { pod in
            namespaces(of: pod) + mounts(of: pod)
                + pod.containers.filter { !$0.isInitial }.flatMap { rights(of: $0, pod) }
        }
    }

    // MARK: - Images

    private static func images(_ facts: RenderedFacts) -> [ObjectFault] {
        facts.pods.flatMap { pod in
            pod.containers.compactMap { container in
                guard let image = container.body["image"]?.string, !image.isEmpty, !isPinned(image) else { return nil }
                return ObjectFault(
                    pod.object, container.path.appending(.key("image")),
                    "\(pod.shown(container)) has the image \(image.printable), without a tag",
                    advice: "add one, such as :2026.01", cause: .unset(keys: ["tag", "digest", "imageTag"]))
            }
        }
    }

    private static func isPinned(_ image: String) -> Bool {
        let last = image.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard let end = last.firstIndex(of: "@") ?? last.lastIndex(of: ":") else { return false }
        return last.index(after: end) < last.endIndex
    }
}
