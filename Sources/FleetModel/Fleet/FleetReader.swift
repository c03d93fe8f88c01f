import Foundation

/// Reads a whole fleet repository and reports everything that is wrong with it in one run.
package enum FleetReader {
    /// A fleet as far as it could be read, and what is wrong with the rest.
    package struct Reading: Sendable {
        package let fleet: Fleet
        /// By place.
        package let findings: [Finding]

        /// The findings about the files of one cluster.
        package func findings(of cluster: Cluster) -> [Finding] {
            findings.filter { $0.location.file.hasPrefix(cluster.folder + "/") }
        }
    }

    package static let clustersFolder = "config/clusters"
    /// Holds the templates that new clusters are generated from; not a cluster.
    private static let templatesFolder = "templates"

    /// The root of the fleet repository that `path` is in: the nearest folder upwards with `fleet.yaml` or
    /// `config/clusters/`.
    package static func root(above path: String) -> String? {
        var folder = URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL
        while true {
            if isRoot(folder.path) { return folder.path }
            let parent = folder.deletingLastPathComponent().standardizedFileURL
            guard parent.path != folder.path else { return nil }
            folder = parent
        }
    }

    package static func isRoot(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path + "/fleet.yaml")
            || FileManager.default.fileExists(atPath: path + "/" + clustersFolder)
    }

    /// Reads the repository at the absolute path `root`.
    /// - Throws: when the folder of the clusters cannot be listed.
    package static func read(root: String) throws -> Reading {
        let collector = FindingCollector()
        var clusters: [Cluster] = []
        for name in try clusterFolders(root: root) {
            let folder = "\(clustersFolder)/\(name)"
            guard let tree = readTree(file: folder + "/cluster.yaml", root: root, collector: collector) else {
                continue
            }
            if let cluster = ClusterReader.read(tree, folder: folder, findings: collector) { clusters.append(cluster) }
        }
        FleetChecks(root: root, collector: collector).run(on: clusters)
        return Reading(fleet: Fleet(root: root, clusters: clusters), findings: collector.findings.sorted())
    }

    private static func clusterFolders(root: String) throws -> [String] {
        let path = "\(root)/\(clustersFolder)"
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path).sorted().filter { name in
            var isDirectory: ObjCBool = false
            return !name.hasPrefix(".") && name != templatesFolder
                && FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isDirectory)
                && isDirectory.boolValue
        }
    }

    private static func readTree(file: String, root: String, collector: FindingCollector) -> Value? {
        let start = SourceLocation(file: file)
        guard let bytes = FileReading.contents("\(root)/\(file)") else {
            var status = stat()
            let exists = stat("\(root)/\(file)", &status) == 0 || errno != ENOENT
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
