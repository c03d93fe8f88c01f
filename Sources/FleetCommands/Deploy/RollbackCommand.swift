import ArgumentParser
import Engines
import FleetTools
import Foundation

/// `hubfleet rollback HUB`
struct RollbackCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Bring a deployed hub of this machine back to an earlier revision.",
        discussion: """
            Servers of users go on. The fleet still says what it said: the next `deploy` brings the later state again, \
            unless the change is taken back in the fleet, too. Where the earlier revision has an older JupyterHub, its \
            database comes back with it: the copy that was made when it was brought up to date.

            hubfleet rollback local/prod           the revision before
            hubfleet rollback local/prod --to 3    see `hubfleet history`
            """
    )

    @Argument(help: "CLUSTER/HUB.")
    var hub: String

    @Option(help: "The number of the revision; default: the one that was kept before the current one.")
    var to: Int?

    @Option(help: "Why, for the history of the hub.")
    var reason: String?

    @OptionGroup var state: StateFolderOptions
    @OptionGroup var logging: LoggingOptions

    func run(in context: FleetContext) async throws {
        umask(0o022)
        let folder = state.folder(in: context)
        let kept = try state.keptHub(hub, in: context)
        var engine = LocalEngine(keeping: kept, state: folder, doors: context.doors)
        engine.reason = reason
        let (known, _) = engine.look(at: kept)
        guard let current = known.current else { throw EngineError.notDeployed(hub: kept.id) }
        let earlier = to ?? known.revisions.map(\.number).filter { $0 < current }.max()
        guard let number = earlier else {
            throw ValidationError("\(kept.id) has no earlier revision than \(current)")
        }
        let ready = engine
        let begun = context.time.wholeSecond
        try await Interruption.guarded {
            let lock = try ready.lock(kept)
            _ = try await ready.rollBack(to: number, under: lock) { _ in }
            ready.handOver(lock)
            let wish = try ready.wish(kept, isOn: true)
            let report = try await KeeperWait(state: folder, doors: context.doors)
                .outcome(of: wish, kept, within: .seconds(150))
            guard report.phase == .ready else {
                context.output.message("Error: \(report.reason ?? "\(kept.id) is not ready")")
                throw ExitStatus.failure
            }
            RestoredDatabase(engine: ready, hub: kept, since: begun).tell(context.output)
            let commit = known.revisions.first { $0.number == number }?.commit.map { ", of commit \($0.prefix(9))" }
            context.output.message(
                "\(kept.id) runs with revision \(number)\(commit ?? "") at \(report.address ?? ""). Take the change back in the "
                    + "fleet, too, or the next `hubfleet deploy` brings it again.")
        }
    }
}
