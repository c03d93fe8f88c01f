import Texts

/// What a single `cluster.yaml` cannot show: names and domains used twice, files and charts that do not exist.
struct FleetChecks<Source: FleetSource> {
    let source: Source
    let charts: Charts
    let collector: FindingCollector

    func run(on clusters: [Cluster]) {
        reportTwins(
            clusters.map(\.name), rule: "duplicate-cluster"
        ) { "another cluster is named \"\($0)\" too" }
        reportTwins(clusters.flatMap(\.hubs).compactMap(\.domain), rule: "duplicate-domain") {
            "the domain \"\($0)\" is used by another hub too"
        }
        for cluster in clusters {
            reportTwins(cluster.hubs.map(\.name), rule: "duplicate-hub") {
                "another hub of this cluster is named \"\($0)\" too"
            }
            checkFiles(of: cluster)
            for hub in cluster.hubs { check(hub, of: cluster) }
            checkOtherHubs(of: cluster)
        }
    }

    /// Reports each later use of a text, with the place of the first.
    private func reportTwins(_ uses: [Located<String>], rule: String, message: (String) -> String) {
        var first: [ExactText: SourceLocation] = [:]
        for use in uses {
            if let twin = first[use.value.exact] {
                collector.report(rule, message(use.value), at: use.location, related: [twin])
            } else {
                first[use.value.exact] = use.location
            }
        }
    }

    private func checkFiles(of cluster: Cluster) {
        for file in cluster.provider.account.files { checkExists(file, in: cluster.folder) }
        checkList(cluster.support?.valuesFiles ?? [], in: cluster.folder)
    }

    private func check(_ hub: Hub, of cluster: Cluster) {
        checkList(hub.valuesFiles, in: cluster.folder)
        if let file = hub.domainOverrideFile { checkExists(file, in: cluster.folder) }
        if let file = hub.chartOverride {
            // With a slash it is relative to the repository, else to the cluster's folder.
            checkExists(file, in: file.value.utf8.contains(UInt8(ascii: "/")) ? "" : cluster.folder)
        }
        if !charts.names.contains(hub.chart.value.exact) {
            collector.report(
                "unknown-chart", "there is no chart \"\(hub.chart.value)\" below helm-charts/",
                advice: charts.names.isEmpty
                    ? "add helm-charts/\(hub.chart.value)/Chart.yaml"
                    : Suggestion.advice(for: hub.chart.value, among: charts.names.map(\.text)),
                at: hub.chart.location)
        }
    }

    /// A file that is named for another hub of the cluster, in the place of one that is named for this hub.
    private func checkOtherHubs(of cluster: Cluster) {
        let names = Set(cluster.hubs.map(\.name.value.exact))
        let listed = Set(cluster.hubs.flatMap(\.valuesFiles).map(\.value.exact))
        for hub in cluster.hubs {
            for file in hub.valuesFiles {
                guard let other = file.value.hubInName, other.exact != hub.name.value.exact, names.contains(other.exact)
                else { continue }
                let own = file.value.replacingHubInName(with: hub.name.value)
                guard !listed.contains(own.exact), source.kind("\(cluster.folder)/\(own)") == .file else { continue }
                collector.report(
                    "other-hub", severity: .warning,
                    "\(file.value.printable) is named for the hub \(other.printable), and no hub lists \(own.printable)",
                    advice: "list \(own.printable) here, or remove that file", at: file.location)
            }
        }
    }

    private func checkList(_ files: [Located<String>], in folder: String) {
        // One file can be written in several ways.
        let clean = files.map { Located(FleetPath($0.value)?.description ?? $0.value, at: $0.location) }
        reportTwins(clean, rule: "duplicate-file") { "\"\($0)\" is listed twice" }
        for file in files { checkExists(file, in: folder) }
    }

    private func checkExists(_ file: Located<String>, in folder: String) {
        guard file.value.exact == file.value.printable.exact else {
            collector.report(
                "file-name", "\(file.value.debugDescription) has characters that cannot be seen",
                advice: "rename the file",
                at: file.location)
            return
        }
        guard FleetPath(file.value) != nil else {
            collector.report(
                "outside", "\"\(file.value)\" leads out of the cluster's folder",
                advice: "name a file below it", at: file.location)
            return
        }
        switch source.kind(folder.isEmpty ? file.value : "\(folder)/\(file.value)") {
        case .missing:
            collector.report(
                "missing-file", "the file \"\(file.value)\" does not exist",
                advice: Suggestion.closest(to: file.value, among: source.entries(folder) ?? []).map {
                    "did you mean \"\($0)\"?"
                } ?? "make it, or take it off the list", at: file.location)
        case .outside:
            collector.report(
                "outside", "\"\(file.value)\" is a link that leads out of the repository", advice: "put the file here",
                at: file.location)
        case .folder:
            collector.report("missing-file", "\"\(file.value)\" is a folder, not a file", at: file.location)
        case .file, .other: break
        }
    }
}

extension String {
    /// The name of a file without what says that it is encrypted, up to its first dot: in most fleets that of a hub.
    fileprivate var hubInName: String? {
        let base = (split(separator: "/").last.map(String.init) ?? self).prefix { $0 != "." }
        let name = base.hasPrefix("enc-") ? base.dropFirst("enc-".count) : base
        return name.isEmpty ? nil : String(name)
    }

    /// The same file of another hub.
    fileprivate func replacingHubInName(with hub: String) -> String {
        let parts = split(separator: "/", omittingEmptySubsequences: false)
        let base = parts.last ?? ""
        let start = base.hasPrefix("enc-") ? "enc-" : ""
        return parts.dropLast().map { $0 + "/" }.joined() + start + hub + base.drop { $0 != "." }
    }
}
