import ArgumentParser
import FleetModel
import FleetTools
import Releases

/// `hubfleet show CLUSTER[/HUB]`
struct ShowCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one cluster or hub, with the places that say so.",
        discussion: """
            hubfleet show my-cluster         provider, support services, hubs
            hubfleet show my-cluster/prod    domain, chart, layers of values in their order
            """
    )

    @Argument(help: "CLUSTER or CLUSTER/HUB.", completion: SelectorHelp.completion)
    var name: String

    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func run(in context: FleetContext) async throws {
        let fleet = try await self.fleet.open(in: context, opensEncryptedFiles: false)
        let choice = try fleet.choosing([name], in: context)
        guard !choice.clusters.isEmpty else { throw SelectionError.unreadable(name) }
        let wantsHub = name.utf8.contains(UInt8(ascii: "/"))
        guard choice.clusters.count == 1, let cluster = choice.clusters.first, !wantsHub || cluster.hubs.count == 1
        else {
            throw ValidationError("\"\(name)\" chooses more than one; `hubfleet list '\(name)'` shows them")
        }
        if wantsHub, let hub = cluster.hubs.first {
            let loaded = await fleet.load(Release(hub, of: cluster))
            let sheet = HubSheet(hub, of: cluster, layers: loaded.values.layers)
            try output.print(sheet, in: context) { sheet.text }
        } else {
            let sheet = ClusterSheet(cluster)
            try output.print(sheet, in: context) { sheet.text }
        }
        if choice.findings.hasErrors { throw ExitStatus.failure }
    }
}
