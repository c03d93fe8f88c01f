import ArgumentParser
import Engines
import FleetModel
import FleetTools
import Foundation
import Releases
import Rollout

/// `hubfleet deploy SELECTOR...`
struct DeployCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Bring hubs to what the fleet says, and keep them running.",
        discussion: """
            Hubs of local clusters run on this machine, in the care of a keeper: they go on when this command ends. A hub \
            that runs is started again with its new configuration, while servers of users go on, and is checked as by \
            `hubfleet health`. One that does not become ready, or is not healthy, is brought back to what it ran with \
            before. Fleet and hub are known by their names, so any checkout deploys the same hubs.

            hubfleet deploy local/prod    one hub
            hubfleet deploy local         all hubs of a cluster

            Exit status: 0 when all hubs run as the fleet says, 1 when none does, 3 when some do not, 4 when all do, and some \
            could not be checked.
            """
    )

    @Argument(help: SelectorHelp.text, completion: SelectorHelp.completion)
    var selectors: [String]

    @Option(help: ArgumentHelp("The last stage of the check of health that follows.", valueName: "stage"))
    var health: HealthStage = .clean

    @Flag(help: "Do not check whether servers of users start and work.")
    var noHealth = false

    @OptionGroup var state: StateFolderOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func run(in context: FleetContext) async throws {
        // As with `up`: what tools make, other accounts must be able to read.
        umask(0o022)
        let folder = try fleet.folder(in: context)
        let fleet = try await OpenFleet(folder, runner: context.runner, kept: context.keptResults)
        let choice = try fleet.choosing(selectors, in: context)
        if choice.findings.hasErrors { throw UpError.brokenCluster }
        if let remote = choice.clusters.first(where: { $0.provider.kind != .local }) {
            throw ValidationError(
                "\(remote.name.value) is on \(remote.provider.kind.rawValue); hubs are deployed to local clusters only, so far"
            )
        }
        guard await fleet.policy.name != nil else { throw LocalEngineError.noFleetName }
        let commit = await Git(folder.root, runner: context.runner).checkedOut
        let selection = UpSelection(folder: folder, fleet: fleet, clusters: choice.clusters, commit: commit)
        try await HubDeployments(
            selection: selection, state: state.folder(in: context), output: output, startsOnly: false,
            checksUpTo: noHealth ? nil : health, context: context
        ).run()
    }
}
