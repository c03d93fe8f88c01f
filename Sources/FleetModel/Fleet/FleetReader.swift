import Texts

/// Reads a whole fleet repository and reports everything that is wrong with it in one run.
package enum FleetReader {
    /// A fleet as far as it could be read, and what is wrong with the rest.
    package struct Reading: Sendable {
        package let fleet: Fleet
        /// What its hubs can be made of.
        package let charts: Charts
        /// By place.
        package let findings: [Finding]
        /// All that the files say that there is, also what is not in the fleet because it could not be read. By name.
        package let declared: [DeclaredCluster]
        /// What of each `cluster.yaml` is about which hub, by its path.
        let extents: [ExactText: HubExtents]

        /// The findings about the files of one cluster.
        package func findings(of cluster: Cluster) -> [Finding] {
            findings.filter { $0.location.file.exact.hasPrefix("\(cluster.folder)/".exact) }
        }

        /// The findings about some hubs of a cluster and about the cluster as a whole, without those about its other
        /// hubs.
        package func findings(of hubs: [Hub], on cluster: Cluster) -> [Finding] {
            let starts = hubs.map(\.location)
            return findings(of: cluster).filter { finding in
                extents[cluster.file.exact]?.hub(at: finding.location).map(starts.contains) ?? true
            }
        }

        /// The clusters that a file declares, but that could not be read.
        package var unreadClusters: [DeclaredCluster] {
            declared.filter { declared in !fleet.clusters.contains { $0.folder.exact == declared.folder.exact } }
        }

        /// Whether something in the files of a folder must be mended.
        package func hasErrors(in folder: String) -> Bool {
            findings.contains { $0.severity == .error && $0.location.file.exact.hasPrefix("\(folder)/".exact) }
        }

        /// Findings about values, without what reading `cluster.yaml` has said already: that a listed file is not there.
        package func withoutKnown(_ more: [Finding]) -> [Finding] {
            let rules = ["cluster/missing-file", "cluster/outside"]
            return more.filter { new in
                new.rule != "values/missing-file"
                    || !findings.contains { rules.contains($0.rule) && $0.location == new.location }
            }
        }
    }

    package static let clustersFolder = "config/clusters"
    /// What marks the root of a fleet, and holds its policy.
    package static let policyFile = "fleet.yaml"
    /// Holds the templates that new clusters are generated from; not a cluster.
    private static let templatesFolder = "templates"

    /// Reads a fleet repository.
    /// - Throws: `FleetSourceError`, when there is no fleet, or the folder of the clusters cannot be listed.
    package static func read(_ source: some FleetSource) async throws -> Reading {
        let collector = FindingCollector()
        var clusters: [Cluster] = []
        var extents: [ExactText: HubExtents] = [:]
        var declared: [DeclaredCluster] = []
        for name in try clusterFolders(in: source, collector: collector) {
            let folder = "\(clustersFolder)/\(name)"
            if source.kind(folder + "/cluster.yaml") == .missing {
                _ = await readTree(folder + "/cluster.yaml", in: source, collector: collector)
                continue
            }
            let tree = await readTree(folder + "/cluster.yaml", in: source, collector: collector)
            declared.append(DeclaredCluster(tree, folder: folder))
            guard let tree else { continue }
            extents["\(folder)/cluster.yaml".exact] = HubExtents(of: tree)
            if let cluster = ClusterReader.read(tree, folder: folder, findings: collector) { clusters.append(cluster) }
        }
        let charts = Charts(in: source)
        FleetChecks(source: source, charts: charts, collector: collector).run(on: clusters)
        return Reading(
            fleet: Fleet(clusters: clusters), charts: charts, findings: collector.findings.sorted(),
            declared: declared.sorted { $0.name.exact < $1.name.exact }, extents: extents)
    }

    private static func clusterFolders(
        in source: some FleetSource, collector: FindingCollector
    ) throws -> [String] {
        guard let names = source.entries(clustersFolder) else {
            guard source.kind(clustersFolder) == .missing else { throw FleetSourceError.notListed(clustersFolder) }
            guard source.kind(policyFile) != .missing else { throw FleetSourceError.noFleet }
            return []
        }
        return names.filter { name in
            !name.exact.hasPrefix(".") && name != templatesFolder
                && isFolder("\(clustersFolder)/\(name)", in: source, collector: collector)
        }
    }

    /// Whether a folder is there; a link that leads to none is reported.
    private static func isFolder(
        _ path: String, in source: some FleetSource, collector: FindingCollector
    ) -> Bool {
        let place = SourceLocation(file: path)
        switch source.kind(path) {
        case .folder: return true
        case .outside:
            collector.report(
                "outside", "this is a link that leads out of the repository, so it is not a cluster",
                advice: "put the folder here", at: place)
        case .missing:
            collector.report(
                "no-file", severity: .warning, "this is a link that leads to nothing, so it is not a cluster",
                advice: "remove it", at: place)
        case .file, .other: break
        }
        return false
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
