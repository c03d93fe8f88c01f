import ArgumentParser
import Engines
import FleetModel
import FleetTools

/// `hubfleet down [SELECTOR...]`
struct DownCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "End deployed hubs of this machine, with all servers of their users.",
        discussion: """
            Homes, accounts and revisions stay; `hubfleet up --detach` starts the hubs again. Needs no fleet.

            hubfleet down local/staging
            hubfleet down --all
            """
    )

    @Argument(help: SelectorHelp.text, completion: SelectorHelp.completion)
    var selectors: [String] = []

    @Flag(help: "End all hubs.")
    var all = false

    @OptionGroup var state: StateFolderOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        if selectors.isEmpty != all { throw ValidationError("name hubs, or give --all") }
    }

    func run(in context: FleetContext) async throws {
        let folder = state.folder(in: context)
        let hubs = try state.keptHubs(selectors, in: context)
        try await Interruption.guarded {
            for hub in hubs { try await HubEnd(state: folder, context: context).end(hub) }
        }
    }
}

/// Ends one hub that was deployed.
struct HubEnd: Sendable {
    let state: StateFolder
    let context: FleetContext

    /// - Throws: `KeeperError`, `FileError`, `KeeperSilence`.
    func end(_ hub: KeptHub) async throws {
        let engine = LocalEngine(keeping: hub, state: state, doors: context.doors)
        if let wish = KeeperWish.read(hub.folder), !wish.isOn, KeeperReport.read(hub.folder)?.phase == .stopped {
            return context.output.message("\(hub.id) is stopped already")
        }
        let wish = try engine.wish(hub, isOn: false)
        _ = try await KeeperWait(state: state, doors: context.doors).outcome(of: wish, hub, within: .seconds(60))
        context.output.message("Stopped \(hub.id)")
    }
}
