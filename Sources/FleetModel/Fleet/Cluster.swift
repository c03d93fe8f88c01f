import Texts

/// A Kubernetes cluster, or this machine, and the hubs on it: one `cluster.yaml`.
package struct Cluster: Sendable, Equatable {
    package enum Tenancy: String, Sendable, CaseIterable {
        /// For one community; the default.
        case dedicated
        /// For hubs that have no cluster of their own.
        case shared
    }

    /// The services beside the hubs (ingress, monitoring): one Helm release per cluster.
    package struct Support: Sendable, Equatable {
        package let valuesFiles: [Located<String>]
        package let location: SourceLocation
    }

    package let name: Located<String>
    /// The folder of the cluster, relative to the root of the fleet repository.
    package let folder: String
    package let provider: Provider
    package let providerURL: Located<String>?
    package let tenancy: Located<Tenancy>?
    /// Free notes of the operator, such as the number of the agreement.
    package let metadata: Value?
    package let support: Support?
    package let hubs: [Hub]

    /// The `cluster.yaml`, relative to the root of the fleet repository.
    package var file: String { folder + "/cluster.yaml" }
}

/// One JupyterHub: an entry below `hubs:` of a cluster.
package struct Hub: Sendable, Equatable {
    package let name: Located<String>
    package let cluster: String
    package let displayName: Located<String>?
    /// The host name, without scheme. A hub on this machine needs none.
    package let domain: Located<String>?
    /// An encrypted file that replaces `domain`, relative to the cluster's folder.
    package let domainOverrideFile: Located<String>?
    /// The HTTP status that the health address answers when all is well; 200 unless set.
    package let expectedStatus: Located<String>?
    package let chart: Located<String>
    /// The chart's own settings come first, then these, later ones over earlier ones; relative to the cluster's folder.
    package let valuesFiles: [Located<String>]
    /// A Chart.yaml that replaces the chart's own.
    package let chartOverride: Located<String>?
    package let location: SourceLocation

    package init(
        name: Located<String>, cluster: String, displayName: Located<String>?, domain: Located<String>?,
        domainOverrideFile: Located<String>?, expectedStatus: Located<String>?, chart: Located<String>,
        valuesFiles: [Located<String>], chartOverride: Located<String>?, location: SourceLocation
    ) {
        self.name = name
        self.cluster = cluster
        self.displayName = displayName
        self.domain = domain
        self.domainOverrideFile = domainOverrideFile
        self.expectedStatus = expectedStatus
        self.chart = chart
        self.valuesFiles = valuesFiles
        self.chartOverride = chartOverride
        self.location = location
    }

    /// `CLUSTER/HUB`, the name of a hub in commands, tables and messages.
    package var id: String { "\(cluster)/\(name.value)" }
    /// Whether it is there to try changes on first: its name says so.
    package var isStaging: Bool { name.value.contains("staging") }
    /// What people call it.
    package var title: String { displayName?.value ?? id }
}

/// All clusters and hubs of one repository.
package struct Fleet: Sendable {
    /// By name.
    package let clusters: [Cluster]

    package init(clusters: [Cluster]) {
        self.clusters = clusters.sorted { $0.name.value.exact < $1.name.value.exact }
    }

    package var hubs: [Hub] { clusters.flatMap(\.hubs) }

    package func cluster(_ name: String) -> Cluster? { clusters.first { $0.name.value.exact == name.exact } }

    /// The cluster that a hub of this fleet is on.
    package func cluster(of hub: Hub) -> Cluster? { cluster(hub.cluster) }
}
