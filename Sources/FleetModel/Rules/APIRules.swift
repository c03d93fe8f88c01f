import Texts

/// Rules about the APIs that rendered objects are written for, and the record that helm keeps.
enum APIRules {
    static let rules = [
        Rule(
            "objects/removed-api", .error, "Objects are of an API that the cluster's version has.",
            because: "Helm refuses the whole release, and after an upgrade of the cluster it can neither upgrade nor "
                + "remove what is there.",
            .rendered(removed)),
        Rule(
            "objects/deprecated-api", .warning, "Objects are of an API that stays.",
            because:
                "A later version of Kubernetes does not have it, and the cluster's upgrade then breaks the release.",
            .rendered(deprecated)),
        Rule(
            "objects/large-record", .warning, "What helm keeps of the release leaves some room.",
            because:
                "Helm keeps the chart, the values and all objects in one Secret, which Kubernetes takes up to 1 MiB; "
                + "beyond that every upgrade fails.",
            .rendered { record($0, percent: 80..<100) }),
        Rule(
            "objects/too-large-record", .error, "What helm keeps of the release is not larger than a Secret can be.",
            because: "Helm keeps it before it changes anything, so nothing can be installed or upgraded.",
            .rendered { record($0, percent: 100..<Int.max) }),
    ]

    private static func state(of object: KubernetesObject, in facts: RenderedFacts) -> KubernetesAPIs.State {
        guard let version = facts.kubernetes, let api = object.body["apiVersion"]?.string else { return .unknown }
        return KubernetesAPIs.packaged.state(of: api, object.identity.kind, in: version)
    }

    private static func fault(
        _ object: KubernetesObject, _ facts: RenderedFacts, _ words: String, _ successor: String?
    ) -> ObjectFault {
        let api = object.body["apiVersion"]?.string ?? ""
        return ObjectFault(
            object, ValuePath([.key("apiVersion")]), "\(object.shown) is of \(api.printable), \(words)",
            advice: successor.map { "write it for \($0)" })
    }

    private static func removed(_ facts: RenderedFacts) -> [ObjectFault] {
        facts.objects.compactMap { object in
            let version = facts.kubernetes?.description ?? ""
            switch state(of: object, in: facts) {
            case .removed(let last, let successor):
                let since = last.map { " since \($0)" } ?? ""
                return fault(object, facts, "which Kubernetes \(version) does not have\(since)", successor)
            case .tooNew(let since):
                return fault(object, facts, "which Kubernetes has from \(since) on, and the cluster is \(version)", nil)
            case .served, .deprecated, .unknown: return nil
            }
        }
    }

    private static func deprecated(_ facts: RenderedFacts) -> [ObjectFault] {
        facts.objects.compactMap { object in
            guard case .deprecated(let end, let successor) = state(of: object, in: facts) else { return nil }
            let words = end.map { "which Kubernetes does not have from \($0) on" } ?? "which a stable one has replaced"
            return fault(object, facts, words, successor)
        }
    }

    /// The most that Kubernetes takes of a Secret, in bytes. Source: `MaxSecretSize` of Kubernetes.
    private static let largest = 1 << 20

    private static func record(_ facts: RenderedFacts, percent range: Range<Int>) -> [ObjectFault] {
        guard let size = facts.recordSize else { return [] }
        let percent = size * 100 / largest
        guard range.contains(percent) else { return [] }
        return [
            ObjectFault(
                nil, ValuePath([]),
                "what helm keeps of this release takes some \(size / 1024) KiB, \(percent) % of what Kubernetes takes",
                advice: "take files out of the chart's folder that it does not need, or name them in .helmignore",
                cause: .release)
        ]
    }
}
