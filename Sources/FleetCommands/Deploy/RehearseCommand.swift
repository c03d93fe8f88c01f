import ArgumentParser
import Engines
import FleetModel
import FleetTools
import Foundation
import Releases
import Texts

/// `hubfleet rehearse HUB`
struct RehearseCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "Try another version of JupyterHub on a copy of a hub's database, and the way back.",
        discussion: """
            A change of JupyterHub's version is one way: it changes the hub's database. Here real hubs of this machine \
            run on a copy: the present version, the migration, the other version, and the present one on the first \
            copy again. Users, groups, tokens, running servers, roles and shares are counted after each. Nothing of the \
            hub is changed, and nobody reaches the hubs of a rehearsal.

            hubfleet rehearse local/prod               what the fleet says now, against what the hub has
            hubfleet rehearse local/prod --to 5.5.0    another version
            hubfleet rehearse --database copy.sqlite --from 4.1.6 --to 5.4.4

            The last is for a hub elsewhere, whose database was fetched from it.

            Exit status: 0 when nothing is lost, 1 when a step fails or a count differs.
            """
    )

    @Argument(help: "CLUSTER/HUB, of those that were deployed on this machine.")
    var hub: String?

    @Option(
        help: ArgumentHelp("The database of a hub elsewhere: a file of SQLite.", valueName: "file"), completion: .file()
    )
    var database: String?

    @Option(help: ArgumentHelp("The version of JupyterHub that the database is of.", valueName: "version"))
    var from: String?

    @Option(help: ArgumentHelp("The version of JupyterHub that is tried.", valueName: "version"))
    var to: String?

    @OptionGroup var state: StateFolderOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        if (hub == nil) == (database == nil) { throw ValidationError("name a hub of this machine, or a --database") }
        if database != nil, from == nil || to == nil { throw ValidationError("--database goes with --from and --to") }
        if hub != nil, from != nil { throw ValidationError("--from goes with --database; a hub knows its version") }
        for (name, version) in [("--from", from), ("--to", to)] {
            guard let version, version.wholeMatch(of: /[0-9]+\.[0-9]+(\.[0-9]+)?((a|b|rc)[0-9]+)?/) == nil else {
                continue
            }
            throw ValidationError("\(name) is no version of JupyterHub, such as 5.4.4")
        }
    }

    func run(in context: FleetContext) async throws {
        umask(0o022)
        let steps = try await Interruption.guarded { try await rehearse(in: context) }
        let sheet = RehearsalSheet(steps)
        try output.print(sheet, in: context) { sheet.text }
        if !sheet.isWell { throw ExitStatus.failure }
    }

    private func rehearse(in context: FleetContext) async throws -> [Rehearsal.Step] {
        let folder = state.folder(in: context)
        let python = PythonEnvironment(state: folder, doors: context.doors)
        let (old, new, file) = try await software(folder, in: context)
        let progress = UpProgress(output: context.output, time: context.time)
        let (events, continuation) = AsyncStream.makeStream(of: EngineEvent.self)
        async let drawing: Void = progress.draw(events)
        let environments: Result<(String, String), any Error>
        do {
            environments = .success(
                (
                    try await python.ensure(old.text, isLocked: old.isLocked) { continuation.yield($0) },
                    try await python.ensure(new.text, isLocked: new.isLocked) { continuation.yield($0) }
                ))
        } catch { environments = .failure(error) }
        continuation.finish()
        await drawing
        let (before, after) = try environments.get()
        return try await Rehearsal(doors: context.doors).run(file, from: before, to: after) { step in
            if step.error == nil { context.output.message(RehearsalSheet.line(step)) }
        }
    }

    private struct Software {
        let text: String
        var isLocked = true

        init(_ text: String) { self.text = text }

        init(version: String) {
            text = PythonEnvironment.requirements(jupyterHub: version)
            isLocked = false
        }
    }

    private func software(
        _ folder: StateFolder, in context: FleetContext
    ) async throws -> (old: Software, new: Software, database: String) {
        if let database, let from, let to {
            let file = context.url(database).path
            guard FileManager.default.isReadableFile(atPath: file) else { throw Refusal.unreadable(database) }
            return (Software(version: from), Software(version: to), file)
        }
        let kept = try state.keptHub(hub ?? "", in: context)
        let engine = LocalEngine(keeping: kept, state: folder, doors: context.doors)
        let (present, database) = try engine.software(of: kept)
        guard FileManager.default.fileExists(atPath: database) else {
            throw ValidationError("\(kept.id) has no database yet: it was never started")
        }
        if let to { return (Software(present), Software(version: to), database) }
        let next = try await next(kept, in: context)
        guard next.exact != present.exact else {
            throw ValidationError("\(kept.id) has what the fleet says; name another version of JupyterHub with --to")
        }
        return (Software(present), Software(next), database)
    }

    /// What the fleet says that the hub shall have.
    private func next(_ kept: KeptHub, in context: FleetContext) async throws -> String {
        let folder = try fleet.folder(in: context)
        let fleet = try await OpenFleet(folder, runner: context.runner, kept: context.keptResults)
        guard await fleet.policy.name?.exact == kept.fleet.exact else {
            throw ValidationError(
                "the fleet here is not \(kept.fleet.printable), of which \(kept.id) is; -C names its folder")
        }
        guard let cluster = try fleet.choosing([kept.id], in: context).clusters.first else {
            throw EngineError.notDeployed(hub: kept.id)
        }
        let engine = LocalEngine(
            state: state.folder(in: context), fleet: folder, fleetName: kept.fleet, doors: context.doors)
        return try await engine.requirements(of: cluster)
    }
}
