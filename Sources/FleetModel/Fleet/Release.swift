import Texts

/// What Helm installs as one: a hub, or the support services of a cluster.
package struct Release: Sendable, Equatable {
    package enum Kind: Sendable, Equatable { case hub, support }

    package let kind: Kind
    package let cluster: Cluster
    /// Nil for support services.
    package let hub: Hub?
    package let chart: Located<String>
    /// A Chart.yaml in place of the chart's own.
    package let chartOverride: Located<String>?
    /// Relative to the cluster's folder, in their order.
    package let valuesFiles: [Located<String>]

    package init(_ hub: Hub, of cluster: Cluster) {
        kind = .hub
        self.cluster = cluster
        self.hub = hub
        chart = hub.chart
        chartOverride = hub.chartOverride
        valuesFiles = hub.valuesFiles
    }

    private init(_ support: Cluster.Support, of cluster: Cluster) {
        kind = .support
        self.cluster = cluster
        hub = nil
        chart = Located("support", at: support.location)
        chartOverride = nil
        valuesFiles = support.valuesFiles
    }

    /// The support services of a cluster, when it has any and the repository has their chart.
    package static func support(of cluster: Cluster, charts: Charts) -> Release? {
        guard let support = cluster.support, charts.names.contains("support") else { return nil }
        return Release(support, of: cluster)
    }

    /// Its name in messages: `CLUSTER/HUB`, or `CLUSTER (support)`.
    package var id: String { hub?.id ?? "\(cluster.name.value) (support)" }

    /// The replaced Chart.yaml, relative to the root: with a slash it is relative to the repository, else to the
    /// cluster's folder.
    package var chartOverrideFile: String? {
        chartOverride.map { $0.value.utf8.contains(UInt8(ascii: "/")) ? $0.value : "\(cluster.folder)/\($0.value)" }
    }

    /// The variables that jsonnet files are rendered with, under Hubfleet's names and under those of the layout's origin,
    /// which the charts of existing fleets ask for. Source: docs/concepts.md.
    package var jsonnetVariables: [(name: String, value: String)] {
        let account = cluster.provider.account
        var facts = [("CLUSTER", "CLUSTER_NAME", account.nameForCharts.value ?? cluster.name.value)]
        if let hub {
            facts.append(("HUB", "HUB_NAME", hub.name.value))
            facts.append(("DOMAIN", "HUB_DOMAIN", hub.domain?.value ?? ""))
        }
        facts.append(("PROVIDER", "PROVIDER", cluster.provider.kind.rawValue))
        facts.append(("ACCOUNT", "ACCOUNT_ID", account.accountForCharts.value ?? "None"))
        return facts.flatMap { [("HUBFLEET_\($0.0)", $0.2), ("VARS_2I2C_\($0.1)", $0.2)] }
    }
}

extension Cluster {
    /// Every release of the cluster: its support services, then its hubs.
    package func releases(charts: Charts) -> [Release] {
        [Release.support(of: self, charts: charts)].compactMap { $0 } + hubs.map { Release($0, of: self) }
    }
}
