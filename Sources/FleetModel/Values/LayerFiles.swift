import Foundation

/// Finds the values files of a hub, in their order: charts from the same repository that its chart depends on, the
/// chart, the files that the hub lists. Sources: Helm's rules for sub-charts; docs/concepts.md.
package enum LayerFiles {
    /// - Returns: the files, weakest first, and what is wrong with the chart's own files.
    package static func list(for hub: Hub, of cluster: Cluster, root: String) -> (
        files: [LayerFile], findings: [Finding]
    ) {
        var findings: [Finding] = []
        let charts = chartFiles(
            hub.chart.value, nesting: [], parents: [hub.chart.value], root: root, findings: &findings)
        let files = hub.valuesFiles.map { file in
            LayerFile(
                kind: isSecret(file.value) ? .encrypted : .file, file: "\(cluster.folder)/\(file.value)", nesting: [])
        }
        return (charts + files, findings)
    }

    /// Files with `secret` in their name are encrypted, by the convention of the layout.
    package static func isSecret(_ file: String) -> Bool {
        (file.split(separator: "/").last ?? "").contains("secret")
    }

    /// The chart's values, after those of the charts below it.
    private static func chartFiles(
        _ chart: String, nesting: [String], parents: [String], root: String, findings: inout [Finding]
    ) -> [LayerFile] {
        let folder = "\(Charts.folder)/\(chart)"
        var files: [LayerFile] = []
        for dependency in localDependencies(of: chart, root: root, findings: &findings) {
            // No real chart is nested deeper; one that depends on itself would never end.
            guard nesting.count < 4, files.count < 50, !parents.contains(dependency.chart) else {
                findings.append(
                    Finding(
                        rule: "values/chart-loop",
                        "the chart \"\(dependency.chart)\" depends on itself, or is nested too deeply",
                        at: dependency.location))
                continue
            }
            files += chartFiles(
                dependency.chart, nesting: nesting + [dependency.key], parents: parents + [chart], root: root,
                findings: &findings)
        }
        if FileManager.default.fileExists(atPath: "\(root)/\(folder)/values.yaml") {
            files.append(
                LayerFile(
                    kind: nesting.isEmpty ? .chart : .subchart, file: "\(folder)/values.yaml", nesting: nesting))
        }
        return files
    }

    /// Dependencies of the form `repository: file://../NAME`, with the key that their values stand below.
    private static func localDependencies(
        of chart: String, root: String, findings: inout [Finding]
    ) -> [(chart: String, key: String, location: SourceLocation)] {
        let file = "\(Charts.folder)/\(chart)/Chart.yaml"
        guard let bytes = FileReading.contents("\(root)/\(file)") else { return [] }
        let document = YAMLReader.read(bytes, file: file)
        findings += document.findings
        return (document.root?["dependencies"]?.list ?? []).compactMap { dependency in
            guard let repository = dependency["repository"]?.string, repository.hasPrefix("file://../"),
                let name = dependency["name"]?.string
            else { return nil }
            let chart = String(repository.dropFirst("file://../".count))
            guard Charts(root: root).names.contains(chart) else {
                findings.append(
                    Finding(
                        rule: "values/unknown-chart", "there is no chart \"\(chart.printable)\" below helm-charts/",
                        at: dependency.location))
                return nil
            }
            return (chart, dependency["alias"]?.string ?? name, dependency.location)
        }
    }
}
