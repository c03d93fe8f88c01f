import ArgumentParser
import FleetModel
import Releases
import Texts

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
        let fleet = try await self.fleet.open(in: context)
        let choice = try fleet.choosing(selectors, in: context)
        let rows = choice.clusters.map { Row($0, reading: fleet.reading) } + fleet.unread(selectors: selectors, choice)
        let sorted = rows.sorted { $0.name.exact < $1.name.exact }
        try output.print(Listing(clusters: sorted), in: context) { table(sorted) }
        if choice.findings.hasErrors { throw ExitStatus.failure }
    }

    private func table(_ rows: [Row]) -> String {
        // The mark is a column only where something has to be mended.
        let marks = rows.contains { $0.hasErrors }
        var table = Table(columns: ["HUB", "NAME", "PROVIDER", "CHART", "DOMAIN"] + (marks ? ["CLUSTER"] : []))
        for row in rows {
            let mark = marks ? [row.hasErrors ? "has errors" : ""] : []
            for hub in row.hubs {
                table.add([hub.id, hub.displayName ?? "", row.provider, hub.chart, hub.domain ?? ""] + mark)
            }
            if row.hubs.isEmpty { table.add(["\(row.name)/", "(no hubs)", row.provider, "", ""] + mark) }
        }
        return table.text
    }

    /// The JSON form: an interface, so it is a type of its own.
    private struct Listing: Encodable {
        let clusters: [Row]
    }

    fileprivate struct Row: Encodable {
        struct HubEntry: Encodable {
            let id: String
            let name: String
            let displayName: String?
            let domain: String?
            let chart: String
            let staging: Bool
        }

        let name: String
        let provider: String
        let hubs: [HubEntry]
        /// Whether something in the cluster's files must be mended; hubs may be told of that could not be read.
        let hasErrors: Bool
    }
}

extension ListCommand.Row {
    init(_ cluster: Cluster, reading: FleetReader.Reading) {
        let read = cluster.hubs.map { hub in
            HubEntry(
                id: hub.id, name: hub.name.value, displayName: hub.displayName?.value, domain: hub.domain?.value,
                chart: hub.chart.value, staging: hub.isStaging)
        }
        let all = reading.fleet.cluster(cluster.name.value)?.hubs ?? []
        let isWhole = all.count == cluster.hubs.count
        let declared = reading.declared.first { $0.folder.exact == cluster.folder.exact }?.hubs ?? []
        let places = Set(all.map(\.location))
        let unread = isWhole ? declared.filter { !places.contains($0.place) } : []
        name = cluster.name.value
        provider = cluster.provider.kind.rawValue
        hubs = read + unread.map { HubEntry($0, cluster: cluster.name.value) }
        hasErrors = reading.hasErrors(in: cluster.folder)
    }

    init(_ declared: DeclaredCluster, hubs: [DeclaredCluster.Hub]) {
        name = declared.name.printable
        provider = declared.provider?.printable ?? ""
        self.hubs = hubs.map { HubEntry($0, cluster: declared.name) }
        hasErrors = true
    }
}

extension ListCommand.Row.HubEntry {
    fileprivate init(_ hub: DeclaredCluster.Hub, cluster: String) {
        let shown = hub.name?.printable ?? "(no name)"
        id = "\(cluster.printable)/\(shown)"
        name = shown
        displayName = hub.displayName?.printable
        domain = hub.domain?.printable
        chart = hub.chart?.printable ?? ""
        staging = shown.contains("staging")
    }
}

extension OpenFleet {
    /// The clusters that are declared and could not be read, with those of their hubs that are chosen.
    fileprivate func unread(selectors texts: [String], _ choice: Choice) -> [ListCommand.Row] {
        let selectors = texts.compactMap(Selector.init)
        return reading.unreadClusters.compactMap { declared in
            if selectors.isEmpty { return ListCommand.Row(declared, hubs: declared.hubs) }
            let ofCluster = selectors.filter { $0.matches(declared) }
            guard !ofCluster.isEmpty else { return nil }
            return ListCommand.Row(
                declared, hubs: declared.hubs.filter { hub in ofCluster.contains { $0.matches(hub, of: declared) } })
        }
    }
}
