import ArgumentParser
import FleetModel
import Releases

/// `hubfleet list [SELECTOR...]`
struct ListCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the hubs of the fleet.",
        discussion: """
            hubfleet list                  all hubs
            hubfleet list '*/staging'      all staging hubs
            hubfleet list --format json    for other programs
            """
    )

    @Argument(help: SelectorHelp.text, completion: SelectorHelp.completion)
    var selectors: [String] = []

    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func run(in context: FleetContext) async throws {
        let choice = try await fleet.open(in: context).choosing(selectors, in: context)
        try output.print(Listing(choice.clusters), in: context) { table(choice.clusters) }
        if choice.findings.hasErrors { throw ExitStatus.failure }
    }

    private func table(_ clusters: [Cluster]) -> String {
        var table = Table("HUB", "NAME", "PROVIDER", "CHART", "DOMAIN")
        for cluster in clusters {
            let provider = cluster.provider.kind.rawValue
            for hub in cluster.hubs {
                table.add(hub.id, hub.displayName?.value ?? "", provider, hub.chart.value, hub.domain?.value ?? "")
            }
            if cluster.hubs.isEmpty { table.add("\(cluster.name.value)/", "(no hubs)", provider, "", "") }
        }
        return table.text
    }

    /// The JSON form: an interface, so it is a type of its own.
    private struct Listing: Encodable {
        struct ClusterEntry: Encodable { let name: String, provider: String, hubs: [HubEntry] }

        struct HubEntry: Encodable {
            let id: String
            let name: String
            let displayName: String?
            let domain: String?
            let chart: String
            let staging: Bool
        }

        let clusters: [ClusterEntry]

        init(_ clusters: [Cluster]) {
            self.clusters = clusters.map { cluster in
                let hubs = cluster.hubs.map { hub in
                    HubEntry(
                        id: hub.id, name: hub.name.value, displayName: hub.displayName?.value,
                        domain: hub.domain?.value, chart: hub.chart.value, staging: hub.isStaging)
                }
                return ClusterEntry(name: cluster.name.value, provider: cluster.provider.kind.rawValue, hubs: hubs)
            }
        }
    }
}
