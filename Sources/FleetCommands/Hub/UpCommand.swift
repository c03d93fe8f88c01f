import ArgumentParser
import Engines
import FleetModel
import FleetTools
import Foundation
import Releases

/// `hubfleet up [SELECTOR...]`
struct UpCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Run hubs on this machine until Ctrl-C.",
        discussion: """
            Without a selector: all hubs of local clusters; outside of a fleet, the built-in example. The first run makes \
            a Python environment with JupyterHub (about 500 MB). Homes, accounts and logs are kept between runs.

            hubfleet up                          the example, or the local hubs of the fleet
            hubfleet up local/staging            one hub of a local cluster
            hubfleet up my-cluster/prod --local  a copy of a hub that runs elsewhere, with its values
            hubfleet up local/prod --detach      it runs on when this command ends; `hubfleet down` ends it
            """
    )

    @Argument(help: SelectorHelp.text, completion: SelectorHelp.completion)
    var selectors: [String] = []

    @Flag(name: .long, help: "Run hubs of clusters elsewhere on this machine, as copies with empty homes.")
    var local = false

    @Option(help: "The port of the hub; default: the one of its last run, or the first free one.")
    var port: Int?

    @OptionGroup var state: StateFolderOptions

    @Flag(help: "Leave the hubs to the keeper, which serves them on when this command ends.")
    var detach = false

    @Flag(help: "Make new passwords, because the old ones were lost.")
    var newPasswords = false

    @Flag(help: "Open the hub in the browser when it is ready.")
    var open = false

    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        if let port, !(1...65_535).contains(port) { throw ValidationError("--port must be from 1 to 65535") }
        if detach, newPasswords || open || port != nil {
            throw ValidationError(
                "--port, --new-passwords and --open go with hubs in the foreground, not with --detach")
        }
    }

    func run(in context: FleetContext) async throws {
        // Files of a hub have their own modes; what tools make, such as environments, other accounts must be able to read.
        umask(0o022)
        let state = state.folder(in: context)
        let selection = try await UpSelection.make(self, state: state, in: context)
        if detach {
            return try await HubDeployments(
                selection: selection, state: state, output: output, startsOnly: true, context: context
            ).run()
        }
        let session = UpSession(command: self, selection: selection, state: state, context: context)
        try await session.run()
    }
}

/// The hubs that `up` runs.
struct UpSelection {
    let folder: WorkingTree
    let fleet: OpenFleet
    let clusters: [Cluster]
    /// The commit that is checked out in the folder; nil when it is not known.
    let commit: String?

    static func make(_ command: UpCommand, state: StateFolder, in context: FleetContext) async throws -> UpSelection {
        guard let folder = try command.fleet.folderIfAny(in: context) else {
            guard command.selectors.isEmpty else {
                throw FleetNotFound(folder: context.currentDirectory, isChosen: false)
            }
            return try await example(state: state, context: context)
        }
        let fleet = try await OpenFleet(folder, runner: context.runner, kept: context.keptResults)
        let clusters = try chosen(fleet, command: command, in: context)
        let hubs = clusters.flatMap(\.hubs)
        if command.port != nil, hubs.count > 1 { throw ValidationError("--port goes with one hub, not \(hubs.count)") }
        let commit = await Git(folder.root, runner: context.runner).checkedOut
        return UpSelection(folder: folder, fleet: fleet, clusters: clusters, commit: commit)
    }

    private static func chosen(
        _ fleet: OpenFleet, command: UpCommand, in context: FleetContext
    ) throws -> [Cluster] {
        let (selectors, choice) = (command.selectors, try choice(of: fleet, command: command, in: context))
        let clusters = choice.clusters.filter { !selectors.isEmpty || !$0.hubs.isEmpty }
        if let remote = clusters.first(where: { $0.provider.kind != .local }), !command.local {
            throw UpError.remote(remote.hubs.first?.id ?? remote.name.value, provider: remote.provider.kind.rawValue)
        }
        if choice.findings.hasErrors { throw UpError.brokenCluster }
        guard selectors.isEmpty || clusters.contains(where: { !$0.hubs.isEmpty }) else {
            throw UpError.noHubs(selectors.joined(separator: " "))
        }
        if clusters.isEmpty { throw UpError.noLocalCluster }
        return clusters
    }

    /// Without a selector the clusters of this machine. What was meant may be in a file that could not be read, whose
    /// errors come first.
    private static func choice(
        of fleet: OpenFleet, command: UpCommand, in context: FleetContext
    ) throws -> OpenFleet.Choice {
        do {
            return try fleet.choosing(command.selectors, on: command.selectors.isEmpty ? .local : nil, in: context)
        } catch {
            throw fleet.unreadable.isEmpty ? error : UpError.brokenCluster
        }
    }
}

enum UpError: Error, Equatable, CustomStringConvertible {
    case brokenCluster
    case brokenValues(hub: String)
    case noLocalCluster
    case noHubs(String)
    case remote(String, provider: String)

    var description: String {
        switch self {
        case .brokenCluster: "nothing was started: mend the errors above first"
        case .brokenValues(let hub): "\(hub) was not started: mend the errors above first"
        case .noLocalCluster:
            "no cluster of this fleet is local; `hubfleet up CLUSTER/HUB --local` runs a copy of any hub here"
        case .noHubs(let selectors): "there are no hubs on \(selectors)"
        case .remote(let hub, let provider):
            "\(hub) runs on \(provider); add --local to run a copy on this machine"
        }
    }
}
