import FleetModel
import Texts

/// What tells a chart, with all charts that it depends on and all of their files, from another state of it.
package struct ChartIdentity: Sendable, Hashable {
    /// No real chart has more files, or deeper folders; links in a circle would have no end of them.
    private static let maximumFiles = 20_000
    private static let maximumDepth = 12

    /// Nil for a chart without end.
    package let digest: ContentDigest?

    /// - Parameters:
    ///   - parts: the folders and files of the fleet that make the chart.
    ///   - source: the fleet.
    init(of parts: Set<ExactText>, in source: any FleetSource) async {
        digest = await ChartFiles(of: parts, in: source)?.digest
    }

    /// The files in folders and files of the fleet; nil when there is no end of them.
    static func files(of parts: Set<ExactText>, in source: any FleetSource) -> Set<ExactText>? {
        var files: Set<ExactText> = []
        for part in parts {
            guard add(part.text, to: &files, in: source, depth: 0) else { return nil }
        }
        return files
    }

    private static func add(
        _ path: String, to files: inout Set<ExactText>, in source: any FleetSource, depth: Int
    ) -> Bool {
        guard source.kind(path) == .folder else {
            files.insert(path.exact)
            return files.count <= maximumFiles
        }
        guard depth < maximumDepth else { return false }
        for name in source.entries(path) ?? [] {
            guard add("\(path)/\(name)", to: &files, in: source, depth: depth + 1) else { return false }
        }
        return true
    }
}
