import ArgumentParser
import FleetModel
import FleetTools
import Rollout

/// Which two states of a fleet are compared.
struct StateOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Compare the folder as it is with this revision.", valueName: "rev"))
    var base: String?

    @Option(help: ArgumentHelp("The state before; default: where the other left the default branch.", valueName: "rev"))
    var from: String?

    @Option(help: ArgumentHelp("The state after; default: the folder as it is.", valueName: "rev"))
    var to: String?

    /// The files of both states.
    /// - Throws: `GitError`, `CommandError`, or `FleetSourceError` when a state holds no fleet.
    func sources(of folder: WorkingTree, in context: FleetContext) async throws -> FleetSources {
        try await FleetSources(of: folder, from: base ?? from, to: to, runner: context.runner)
    }

    func validate() throws {
        try GivenPaths.check(["--base": base, "--from": from, "--to": to])
        if base != nil, from != nil || to != nil { throw ValidationError("give either --base, or --from and --to") }
    }
}
