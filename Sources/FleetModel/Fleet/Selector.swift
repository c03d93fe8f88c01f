import Foundation
import Texts

/// Chooses clusters and hubs: `CLUSTER`, `CLUSTER/HUB`, or with wildcards, such as `*/staging`.
///
/// `*` stands for any text, `?` for one character, `[ab]` for one of a set; none of them crosses the slash.
package struct Selector: Sendable, Equatable, CustomStringConvertible {
    package let cluster: String
    /// Nil selects the cluster with all its hubs.
    package let hub: String?

    /// - Returns: nil when the text has an empty part or more than one slash.
    package init?(_ text: String) {
        let parts = text.exact.split(at: "/").map(\.text)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        cluster = parts[0]
        hub = parts.count == 2 ? parts[1] : nil
    }

    package var description: String { hub.map { "\(cluster)/\($0)" } ?? cluster }

    package func matches(_ candidate: Cluster) -> Bool { Self.matches(cluster, candidate.name.value) }

    package func matches(_ candidate: Hub) -> Bool {
        Self.matches(cluster, candidate.cluster) && (hub.map { Self.matches($0, candidate.name.value) } ?? true)
    }

    /// Whether it chooses a hub of which only the name is known, as `CLUSTER/HUB`.
    package func matches(id: String) -> Bool {
        let parts = id.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return false }
        return Self.matches(cluster, parts[0]) && (hub.map { Self.matches($0, parts[1]) } ?? true)
    }

    static func matches(_ pattern: String, _ name: String) -> Bool { fnmatch(pattern, name, 0) == 0 }
}

/// Why a selector chooses nothing.
package enum SelectionError: Error, Equatable, CustomStringConvertible {
    case malformed(String)
    case noMatch(String, advice: String)
    /// All that it chooses stands in files that could not be read.
    case unreadable(String)

    package var description: String {
        switch self {
        case .malformed(let text):
            "\"\(text)\" is no selector: write CLUSTER, CLUSTER/HUB, or with wildcards \"*/staging\""
        case .noMatch(let text, let advice): "no hub or cluster matches \"\(text)\"; \(advice)"
        case .unreadable(let text): "\"\(text)\" could not be read: mend the errors above first"
        }
    }
}

extension Fleet {
    /// The clusters that any of the texts selects; all without a text. A cluster is kept with those of its hubs that
    /// are selected.
    package func selecting(_ texts: [String]) throws(SelectionError) -> [Cluster] {
        guard !texts.isEmpty else { return clusters }
        let selectors = try selectors(texts)
        return clusters.compactMap { cluster in
            let ofCluster = selectors.filter { $0.matches(cluster) }
            let hubs = cluster.hubs.filter { hub in ofCluster.contains { $0.matches(hub) } }
            let isWhole = ofCluster.contains { $0.hub == nil }
            return hubs.isEmpty && !isWhole ? nil : cluster.keeping(hubs)
        }
    }

    /// Whether a selector chooses anything.
    package func has(_ text: String) -> Bool {
        guard let selector = Selector(text) else { return false }
        return selector.hub == nil ? clusters.contains(where: selector.matches) : hubs.contains(where: selector.matches)
    }

    private func selectors(_ texts: [String]) throws(SelectionError) -> [Selector] {
        var selectors: [Selector] = []
        for text in texts {
            guard let selector = Selector(text) else { throw .malformed(text) }
            let matches =
                selector.hub == nil
                ? clusters.contains(where: selector.matches) : hubs.contains(where: selector.matches)
            guard matches else { throw .noMatch(text, advice: advice(for: selector)) }
            selectors.append(selector)
        }
        return selectors
    }

    private func advice(for selector: Selector) -> String {
        let names = selector.hub == nil ? clusters.map(\.name.value) + hubs.map(\.id) : hubs.map(\.id)
        if let close = Suggestion.closest(to: selector.description, among: names) {
            return "did you mean \"\(close)\"?"
        }
        if let cluster = cluster(selector.cluster) {
            return "hubs of \(cluster.name.value): \(cluster.hubs.map(\.name.value).joined(separator: ", "))"
        }
        return "`hubfleet list` shows all of them"
    }
}

extension Cluster {
    fileprivate func keeping(_ hubs: [Hub]) -> Cluster {
        Cluster(
            name: name, folder: folder, provider: provider, providerURL: providerURL, tenancy: tenancy,
            metadata: metadata, support: support, hubs: hubs)
    }
}
