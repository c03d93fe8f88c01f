import ArgumentParser
import FleetModel
import FleetTools
import Releases

/// The one hub that a command is about, with its values.
struct OneHubOptions: ParsableArguments {
    @Argument(help: "CLUSTER/HUB.", completion: SelectorHelp.completion)
    var hub: String

    @OptionGroup var fleet: FleetOptions

    /// A hub that was found.
    struct Found {
        let fleet: OpenFleet
        let cluster: Cluster
        let hub: Hub
        /// Whether anything must be mended in the files that it is read from.
        let hasErrors: Bool
    }

    /// What a hub runs with.
    struct Loaded {
        let values: EffectiveValues
        /// Whether anything must be mended in the files that it is read from, or in those of its values.
        let hasErrors: Bool
    }

    /// The hub; what is wrong with its cluster's files is said on standard error.
    /// - Throws: `SelectionError` or `ValidationError` when the name does not choose exactly one hub.
    func find(in context: FleetContext) async throws -> Found {
        let fleet = try await self.fleet.open(in: context)
        let choice = try fleet.choosing([hub], in: context)
        guard !choice.clusters.isEmpty else { throw SelectionError.unreadable(hub) }
        guard hub.utf8.contains(UInt8(ascii: "/")), choice.clusters.count == 1, let cluster = choice.clusters.first,
            cluster.hubs.count == 1, let hub = cluster.hubs.first
        else { throw ValidationError("\"\(hub)\" is not one hub; write CLUSTER/HUB") }
        return Found(fleet: fleet, cluster: cluster, hub: hub, hasErrors: choice.findings.hasErrors)
    }

    /// What the hub runs with; what is wrong with its files is said on standard error.
    /// - Throws: `SelectionError` or `ValidationError` when the name does not choose exactly one hub.
    func load(in context: FleetContext) async throws -> Loaded {
        let found = try await find(in: context)
        let loaded = await found.fleet.load(Release(found.hub, of: found.cluster))
        context.say(loaded.findings)
        for layer in loaded.values.locked {
            context.output.message(
                "\(layer.file): not decrypted (\(layer.locked ?? "")); its keys are known, its values are not")
        }
        return Loaded(values: loaded.values, hasErrors: found.hasErrors || loaded.findings.hasErrors)
    }
}
