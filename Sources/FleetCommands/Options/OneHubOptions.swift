import ArgumentParser
import FleetModel
import FleetTools
import Releases

/// The one hub that a command is about, with its values.
struct OneHubOptions: ParsableArguments {
    @Argument(help: "CLUSTER/HUB.", completion: SelectorHelp.completion)
    var hub: String

    @OptionGroup var fleet: FleetOptions

    /// The hub, with its cluster and the fleet's root.
    /// - Throws: `SelectionError` or `ValidationError` when the name does not choose exactly one hub.
    func find(in context: FleetContext) throws -> (hub: Hub, cluster: Cluster, root: String) {
        let fleet = try FleetReader.read(root: try self.fleet.root(in: context)).fleet
        let clusters = try fleet.selecting([hub])
        guard hub.contains("/"), clusters.count == 1, let cluster = clusters.first, cluster.hubs.count == 1,
            let hub = cluster.hubs.first
        else { throw ValidationError("\"\(hub)\" is not one hub; write CLUSTER/HUB") }
        return (hub, cluster, fleet.root)
    }

    /// The hub and what it runs with; findings about its values files are shown on standard error.
    /// - Throws: `SelectionError` or `ValidationError` when the name does not choose exactly one hub.
    func load(in context: FleetContext) async throws -> (hub: Hub, values: ValuesLoader.Loaded) {
        let (hub, cluster, root) = try find(in: context)
        let loaded = await ValuesLoader(root: root, runner: context.runner).load(Release(hub, of: cluster))
        for finding in loaded.findings where finding.severity != .note { context.output.message(finding.description) }
        for layer in loaded.values.locked {
            context.output.message(
                "\(layer.file): not decrypted (\(layer.locked ?? "")); its keys are known, its values are not")
        }
        return (hub, loaded)
    }
}
