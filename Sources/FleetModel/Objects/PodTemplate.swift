import Texts

/// A pod that an object describes: one that Kubernetes makes of it, or the object itself.
package struct PodTemplate: Sendable {
    package let object: KubernetesObject
    /// Leads from the object to the pod; empty when the object is one.
    package let path: ValuePath
    /// The pod: its metadata and its spec.
    package let body: Value

    /// Where the kinds of Kubernetes have their pods. Source: the API of Kubernetes 1.37.
    private static let places: [(kind: ExactText, path: [String])] = [
        ("Pod", []), ("PodTemplate", ["template"]), ("Deployment", ["spec", "template"]),
        ("StatefulSet", ["spec", "template"]), ("DaemonSet", ["spec", "template"]),
        ("ReplicaSet", ["spec", "template"]),
        ("ReplicationController", ["spec", "template"]), ("Job", ["spec", "template"]),
        ("CronJob", ["spec", "jobTemplate", "spec", "template"]),
    ]

    /// - Returns: nil for an object without a pod.
    package init?(_ object: KubernetesObject) {
        guard ["", "apps", "batch", "extensions"].contains(object.identity.group.exact),
            let place = Self.places.first(where: { $0.kind == object.identity.kind.exact }),
            let body = object.body[path: place.path], body.map != nil
        else { return nil }
        self.object = object
        path = ValuePath(place.path.map(ValuePath.Step.key))
        self.body = body
    }

    /// The kinds that choose their pods by labels, and make them of a template.
    package var choosesPods: Bool {
        ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].contains(object.identity.kind.exact)
    }

    package var spec: Value? { body["spec"] }
    package var labels: Value? { body["metadata", "labels"] }

    package var specPath: ValuePath { path.appending(.key("spec")) }

    /// The containers, with where they stand in the object.
    package var containers: [PodContainer] {
        ["initContainers", "containers"].flatMap { key -> [PodContainer] in
            (spec?[key]?.list ?? []).enumerated().map { index, value in
                let isKept = value["restartPolicy"]?.string == "Always"
                return PodContainer(
                    path: specPath.appending(.key(key)).appending(.index(index)), body: value,
                    isInitial: key == "initContainers" && !isKept)
            }
        }
    }

    /// The volumes, with where they stand in the object.
    package var volumes: [(path: ValuePath, body: Value)] {
        (spec?["volumes"]?.list ?? []).enumerated().map { index, value in
            (specPath.appending(.key("volumes")).appending(.index(index)), value)
        }
    }
}

/// A container of a pod.
package struct PodContainer: Sendable {
    /// Leads to it from the object.
    package let path: ValuePath
    package let body: Value
    /// Whether it ends before the others start.
    package let isInitial: Bool

    package var name: String { body["name"]?.string ?? "" }
}

extension ValuePath {
    func appending(keys: String...) -> ValuePath { ValuePath(steps + keys.map(Step.key)) }
}

/// Labels that pods must have to be chosen.
package enum LabelSelector {
    /// Whether a selector takes a set of labels. Source: Kubernetes' page on labels and selectors.
    ///
    /// - Parameters:
    ///   - selector: with `matchLabels` and `matchExpressions`.
    ///   - labels: those of a pod.
    /// - Returns: true for a pod that is chosen.
    package static func matches(_ selector: Value, _ labels: Value?) -> Bool {
        let pairs = selector["matchLabels"]?.pairs ?? []
        let expressions = selector["matchExpressions"]?.list ?? []
        return pairs.allSatisfy { labels?[$0.key]?.scalarText?.exact == $0.value.scalarText?.exact }
            && expressions.allSatisfy { holds($0, labels) }
    }

    /// Whether each of some labels is there.
    package static func matches(all pairs: Value, _ labels: Value?) -> Bool {
        pairs.pairs.allSatisfy { labels?[$0.key]?.scalarText?.exact == $0.value.scalarText?.exact }
    }

    private static func holds(_ expression: Value, _ labels: Value?) -> Bool {
        guard let key = expression["key"]?.string else { return true }
        let given = labels?[key]?.scalarText?.exact
        let values = (expression["values"]?.list ?? []).compactMap { $0.scalarText?.exact }
        switch expression["operator"]?.string {
        case "In": return given.map(values.contains) ?? false
        case "NotIn": return given.map { !values.contains($0) } ?? true
        case "Exists": return given != nil
        case "DoesNotExist": return given == nil
        default: return true
        }
    }
}
