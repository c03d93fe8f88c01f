/// Reads a whole fleet repository and reports everything that is wrong with it in one run.
package enum FleetReader {
    /// A fleet as far as it could be read, and what is wrong with the rest.
    package struct Reading: Sendable {
        package let fleet: Fleet
        /// What its hubs can be made of.
        package let charts: Charts
        /// By place.
        package let findings: [Finding]

        /// The findings about the files of one cluster.
        package func findings(of cluster: Cluster) -> [Finding] {
            findings.filter { $0.location.file.hasPrefix(cluster.folder + "/") }
        }
    }

    package static let clustersFolder = "config/clusters"
    /// What marks the root of a fleet, and holds its policy.
    package static let policyFile = "fleet.yaml"
    /// Holds the templates that new clusters are generated from; not a cluster.
    private static let templatesFolder = "templates"

    /// Reads a fleet repository.
    /// - Throws: `FleetSourceError`, when the folder of the clusters cannot be listed.
    package static func read(_ source: some FleetSource) async throws -> Reading {
        let collector = FindingCollector()
        var clusters: [Cluster] = []
        for name in try clusterFolders(in: source) {
            let folder = "\(clustersFolder)/\(name)"
            guard let tree = await readTree(folder + "/cluster.yaml", in: source, collector: collector) else {
                continue
            }
            if let cluster = ClusterReader.read(tree, folder: folder, findings: collector) { clusters.append(cluster) }
        }
        let charts = Charts(in: source)
        FleetChecks(source: source, charts: charts, collector: collector).run(on: clusters)
        return Reading(fleet: Fleet(clusters: clusters), charts: charts, findings: collector.findings.sorted())
    }

    private static func clusterFolders(in source: some FleetSource) throws -> [String] {
        guard let names = source.entries(clustersFolder) else {
            guard source.kind(clustersFolder) == .missing else { throw FleetSourceError.notListed(clustersFolder) }
            return []
        }
        return names.filter { name in
            !name.hasPrefix(".") && name != templatesFolder && source.kind("\(clustersFolder)/\(name)") == .folder
        }
    }

    private static func readTree(
        _ file: String, in source: some FleetSource, collector: FindingCollector
    ) async -> Value? {
        let start = SourceLocation(file: file)
        guard let bytes = await source.contents(file) else {
            let exists = source.kind(file) != .missing
            collector.report(
                "no-file", severity: exists ? .error : .warning,
                exists
                    ? "this cannot be read, is no plain file, or is larger than 32 MiB"
                    : "this folder has no cluster.yaml, so it is not a cluster",
                at: start)
            return nil
        }
        let document = YAMLReader.read(bytes, file: file)
        collector.add(document.findings)
        if document.root == nil, document.findings.isEmpty {
            collector.report("empty", "this file is empty", advice: "see docs/reference/cluster-yaml.md", at: start)
        }
        return document.root
    }
}
