import Texts

/// The APIs that versions of Kubernetes serve by themselves. APIs of extensions are not among them.
///
/// Source: the schemas of Kubernetes' own versions, through `scripts/kubernetes-apis`. Before the first version that is known
/// nothing is judged; after the last one, as in that one.
package struct KubernetesAPIs: Sendable {
    /// What is known of an API in one version of Kubernetes.
    package enum State: Sendable, Equatable {
        case served
        /// It is served, and the first version is known that does not serve it, or another version of it is stable there.
        case deprecated(until: KubernetesVersion?, successor: String?)
        /// It was served up to a version before this one; nil when that was before all that is known.
        case removed(in: KubernetesVersion?, successor: String?)
        /// It is served from a later version on.
        case tooNew(since: KubernetesVersion)
        /// It is of an extension, or nothing is known of the version.
        case unknown
    }

    private struct API: Hashable {
        let group: ExactText
        let version: ExactText
        let kind: ExactText
    }

    private var spans: [API: ClosedRange<Int>] = [:]
    private var groups: Set<ExactText> = ["extensions"]
    private var known = 0...0

    package static let packaged = KubernetesAPIs(EmbeddedFiles.all["kubernetes/apis.txt"] ?? "")

    private init(_ text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words[0] != "#" else { continue }
            let numbers = words.suffix(2).compactMap { Int($0) }
            guard numbers.count == 2, numbers[0] <= numbers[1] else { continue }
            if words.count == 3, words[0] == "known" { known = numbers[0]...numbers[1] }
            guard words.count == 5 else { continue }
            let group = words[0] == "-" ? "" : words[0]
            groups.insert(group.exact)
            let api = API(group: group.exact, version: words[1].exact, kind: words[2].exact)
            spans[api] = numbers[0]...numbers[1]
        }
    }

    /// What becomes of an object.
    ///
    /// - Parameters:
    ///   - apiVersion: such as `apps/v1`.
    ///   - kind: such as `Deployment`.
    ///   - version: of the cluster.
    /// - Returns: what the version of Kubernetes does with it.
    package func state(of apiVersion: String, _ kind: String, in version: KubernetesVersion) -> State {
        let parts = apiVersion.exact.split(at: "/")
        guard parts.count <= 2, let own = parts.last, version.minor >= known.lowerBound else { return .unknown }
        let group = parts.count == 2 ? parts[0] : ""
        guard groups.contains(group) else { return .unknown }
        let minor = min(version.minor, known.upperBound)
        let successor = successor(of: group, own, kind.exact, in: minor)
        guard let span = spans[API(group: group, version: own, kind: kind.exact)] else {
            return .removed(in: nil, successor: successor)
        }
        if minor < span.lowerBound { return .tooNew(since: KubernetesVersion(minor: span.lowerBound)) }
        if minor > span.upperBound {
            return .removed(in: KubernetesVersion(minor: span.upperBound + 1), successor: successor)
        }
        let end = span.upperBound < known.upperBound ? KubernetesVersion(minor: span.upperBound + 1) : nil
        return end == nil && successor == nil ? .served : .deprecated(until: end, successor: successor)
    }

    /// A stable version of the same kind; for what was in a group that is gone, of any group.
    private func successor(of group: ExactText, _ version: ExactText, _ kind: ExactText, in minor: Int) -> String? {
        let isStable = !version.text.contains("alpha") && !version.text.contains("beta")
        guard !isStable || group == "extensions" else { return nil }
        let found = spans.filter { api, span in
            api.kind == kind && (api.group == group || group == "extensions") && span.contains(minor)
                && !api.version.text.contains("alpha") && !api.version.text.contains("beta")
        }
        let api = found.keys.min { ($0.group, $1.version) < ($1.group, $0.version) }
        return api.map { $0.group.isEmpty ? $0.version.text : "\($0.group)/\($0.version)" }
    }
}
