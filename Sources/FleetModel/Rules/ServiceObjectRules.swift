import Texts

/// Rules about how rendered objects find each other: Services, ports, labels.
enum ServiceObjectRules {
    static let rules = [
        Rule(
            "objects/no-service", .warning, "Ingresses and others lead to Services that there are.",
            because: "Who comes in there gets an error.", .rendered(services)),
        Rule(
            "objects/no-port", .error, "Ports that are named are there.",
            because: "Nothing answers at a port that nobody has opened.", .rendered(ports)),
        Rule(
            "objects/empty-selector", .warning, "Services and disruption budgets are for pods that there are.",
            because: "A Service without pods answers nobody, and a budget for none protects none.",
            .rendered(selectors)),
        Rule(
            "objects/other-labels", .error, "What makes pods chooses the pods that it makes.",
            because: "Kubernetes refuses it.", .rendered(labels)),
        Rule(
            "objects/no-target", .warning, "Scalers and bindings name what there is.",
            because: "They have no effect: nothing is scaled, or nobody gets the rights.", .rendered(targets)),
    ]

    // MARK: - Services

    /// A place that names a Service, and maybe a port of it.
    private struct Route {
        let object: KubernetesObject
        let name: String
        let path: ValuePath
        var port: Value?
        var portPath = ValuePath([])
    }

    private static func services(_ facts: RenderedFacts) -> [ObjectFault] {
        facts.objects.flatMap(routes).filter { facts.object("Service", $0.name) == nil }.map { route in
            ObjectFault(
                route.object, route.path,
                "\(route.object.shown) leads to the Service \(route.name.printable), which the release does not have",
                advice: "name one of the release, or switch this rule off where it is made by other means",
                cause: .reference(kind: "Service", name: route.name))
        }
    }

    private static func routes(of object: KubernetesObject) -> [Route] {
        switch object.identity.kind {
        case "Ingress": return backends(of: object)
        case "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration":
            return (object.body["webhooks"]?.list ?? []).enumerated().compactMap { index, hook in
                let service = hook["clientConfig", "service"]
                guard object.identity.namespace == nil, service?["namespace"] == nil,
                    let name = service?["name"]?.string
                else { return nil }
                let path = ValuePath([.key("webhooks"), .index(index)])
                    .appending(keys: "clientConfig", "service", "name")
                return Route(object: object, name: name, path: path)
            }
        default: return []
        }
    }

    private static func backends(of object: KubernetesObject) -> [Route] {
        let spec = ValuePath([.key("spec")])
        let rules = (object.body["spec", "rules"]?.list ?? []).enumerated().flatMap { index, rule -> [Route] in
            let paths = spec.appending(.key("rules")).appending(.index(index)).appending(keys: "http", "paths")
            return (rule["http", "paths"]?.list ?? []).enumerated().compactMap { number, path in
                route(path["backend"], of: object, at: paths.appending(.index(number)).appending(.key("backend")))
            }
        }
        let usual = route(
            object.body["spec", "defaultBackend"], of: object, at: spec.appending(.key("defaultBackend")))
        return rules + [usual].compactMap { $0 }
    }

    private static func route(_ backend: Value?, of object: KubernetesObject, at path: ValuePath) -> Route? {
        guard let service = backend?["service"], let name = service["name"]?.string else { return nil }
        let place = path.appending(.key("service"))
        let key = service["port", "name"] == nil ? "number" : "name"
        return Route(
            object: object, name: name, path: place.appending(.key("name")), port: service["port", key],
            portPath: place.appending(keys: "port", key))
    }

    // MARK: - Ports

    private static func ports(_ facts: RenderedFacts) -> [ObjectFault] {
        routes(facts) + targetPorts(facts) + facts.pods.flatMap(probes)
    }

    private static func routes(_ facts: RenderedFacts) -> [ObjectFault] {
        facts.objects.flatMap(routes).compactMap { route in
            guard let port = route.port, let service = facts.object("Service", route.name) else { return nil }
            let known = service.body["spec", "ports"]?.list ?? []
            guard !known.contains(where: { $0["name"]?.content == port.content || $0["port"]?.content == port.content })
            else { return nil }
            return ObjectFault(
                route.object, route.portPath,
                "\(route.object.shown) leads to the port \(port.shownPort) of the Service \(route.name.printable), which has "
                    + "none of that name or number")
        }
    }

    private static func targetPorts(_ facts: RenderedFacts) -> [ObjectFault] {
        facts.objects(of: "Service").flatMap { service -> [ObjectFault] in
            guard let selector = service.body["spec", "selector"], selector.map?.isEmpty == false else { return [] }
            let pods = facts.pods(withLabels: selector)
            guard !pods.isEmpty else { return [] }
            return (service.body["spec", "ports"]?.list ?? []).enumerated().compactMap { index, port in
                guard let name = port["targetPort"]?.string, Int(name) == nil,
                    !pods.contains(where: { pod in pod.containers.contains { $0.opens(name) } })
                else { return nil }
                let path = ValuePath([.key("spec"), .key("ports"), .index(index), .key("targetPort")])
                return ObjectFault(
                    service, path,
                    "\(service.shown) leads to the port \(name.printable), which no container of its pods has")
            }
        }
    }

    /// The checks of a container that ask one of its own ports.
    private static func probes(of pod: PodTemplate) -> [ObjectFault] {
        pod.containers.flatMap { container in
            ["livenessProbe", "readinessProbe", "startupProbe"].flatMap { probe in
                ["httpGet", "tcpSocket"].compactMap { way -> ObjectFault? in
                    guard let name = container.body[probe, way, "port"]?.string, Int(name) == nil,
                        !container.opens(name)
                    else { return nil }
                    return ObjectFault(
                        pod.object, container.path.appending(keys: probe, way, "port"),
                        "\(pod.shown(container)) is asked at the port \(name.printable), which it does not have")
                }
            }
        }
    }

    // MARK: - Labels

    private static func selectors(_ facts: RenderedFacts) -> [ObjectFault] {
        let services = facts.objects(of: "Service").compactMap { service -> ObjectFault? in
            guard service.identity.namespace == nil, let selector = service.body["spec", "selector"],
                selector.map?.isEmpty == false, facts.pods(withLabels: selector).isEmpty
            else { return nil }
            return ObjectFault(
                service, ValuePath([.key("spec"), .key("selector")]),
                "\(service.shown) is for pods with \(selector.shownLabels), and no pod of the release has these labels")
        }
        let budgets = facts.objects(of: "PodDisruptionBudget").compactMap { budget -> ObjectFault? in
            guard let selector = budget.body["spec", "selector"], selector.map?.isEmpty == false,
                !facts.pods.contains(where: { LabelSelector.matches(selector, $0.labels) })
            else { return nil }
            let labels = selector["matchLabels"]?.shownLabels ?? "labels"
            return ObjectFault(
                budget, ValuePath([.key("spec"), .key("selector")]),
                "\(budget.shown) is for pods with \(labels), and no pod of the release has these labels")
        }
        return services + budgets
    }

    private static func labels(_ facts: RenderedFacts) -> [ObjectFault] {
        facts.pods.filter(\.choosesPods).compactMap { pod in
            guard let selector = pod.object.body["spec", "selector"], !LabelSelector.matches(selector, pod.labels)
            else {
                return nil
            }
            // The label that is another one, where it is there at all.
            let other = (selector["matchLabels"]?.pairs ?? []).first { key, _, value in
                pod.labels?[key].map { $0.scalarText?.exact != value.scalarText?.exact } ?? false
            }
            let path =
                other.map { pod.path.appending(keys: "metadata", "labels", $0.key) }
                ?? ValuePath([.key("spec"), .key("selector")])
            return ObjectFault(
                pod.object, path, "\(pod.object.shown) chooses pods with other labels than those that it makes")
        }
    }

    // MARK: - Targets

    private static func targets(_ facts: RenderedFacts) -> [ObjectFault] {
        facts.objects.flatMap { object -> [ObjectFault] in
            switch object.identity.kind {
            case "HorizontalPodAutoscaler":
                let path = ValuePath([.key("spec"), .key("scaleTargetRef"), .key("name")])
                return [target(object.body["spec", "scaleTargetRef"], of: object, at: path, facts)].compactMap { $0 }
            case "RoleBinding", "ClusterRoleBinding": return binding(object, facts)
            default: return []
            }
        }
    }

    private static func binding(_ object: KubernetesObject, _ facts: RenderedFacts) -> [ObjectFault] {
        guard object.identity.namespace == nil else { return [] }
        let path = ValuePath([.key("roleRef"), .key("name")])
        let role = object.body["roleRef", "kind"]?.string == "Role" ? object.body["roleRef"] : nil
        return [target(role, of: object, at: path, facts)].compactMap { $0 }
    }

    private static func target(
        _ reference: Value?, of object: KubernetesObject, at path: ValuePath, _ facts: RenderedFacts
    ) -> ObjectFault? {
        guard let kind = reference?["kind"]?.string, let name = reference?["name"]?.string,
            ["Deployment", "StatefulSet", "ReplicaSet", "Role"].contains(kind), facts.object(kind, name) == nil
        else { return nil }
        return ObjectFault(
            object, path, "\(object.shown) is for the \(kind) \(name.printable), which the release does not have",
            cause: .reference(kind: kind, name: name))
    }
}

extension PodContainer {
    /// Whether one of its ports has a name.
    fileprivate func opens(_ name: String) -> Bool {
        (body["ports"]?.list ?? []).contains { $0["name"]?.string?.exact == name.exact }
    }
}

extension Value {
    fileprivate var shownPort: String { (scalarText ?? "").printable }

    fileprivate var shownLabels: String {
        pairs.map { "\($0.key.printable)=\(($0.value.scalarText ?? "").printable)" }.joined(separator: ", ")
    }
}
