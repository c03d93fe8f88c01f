/// Small fleets for tests.
package enum SampleFleet {
    /// Clusters on this machine with hubs of the given names, each with one empty values file.
    package static func write(clusters: [String: [String]], firstPort: Int? = nil) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(["helm-charts/basehub/Chart.yaml": "name: basehub\nversion: 0.1.0\n", "fleet.yaml": ""])
        for (cluster, hubs) in clusters {
            let local = firstPort.map { "local:\n  first_port: \($0)\n" } ?? ""
            var text = "name: \(cluster)\nprovider: local\n\(local)hubs:\n"
            for hub in hubs {
                text += "  - name: \(hub)\n    helm_chart: basehub\n    helm_chart_values_files: [\(hub).values.yaml]\n"
                try folder.write(["config/clusters/\(cluster)/\(hub).values.yaml": ""])
            }
            try folder.write(["config/clusters/\(cluster)/cluster.yaml": text])
        }
        return folder
    }
}
