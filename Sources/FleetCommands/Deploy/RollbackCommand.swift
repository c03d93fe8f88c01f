import ArgumentParser
import Engines
import FleetModel
import FleetTools
import Foundation
import Rollout
import Texts

/// `hubfleet rollback HUB`
struct RollbackCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Bring a deployed hub of this machine back to an earlier revision.",
        discussion: """
            Servers of users go on. The fleet still says what it said, and the next `deploy` would bring the later state \
            again. So a branch is written on which the files of the hub alone are as they were, to be merged; nothing \
            that is checked out changes. Where the earlier revision has an older JupyterHub, its \
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

    @Flag(help: "Write no branch.")
    var noBranch = false

    @OptionGroup var state: StateFolderOptions
    @OptionGroup var fleet: FleetOptions
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
            let commit = known.revisions.first { $0.number == number }?.commit
            let of = commit.map { ", of commit \($0.prefix(9))" } ?? ""
            context.output.message("\(kept.id) runs with revision \(number)\(of) at \(report.address ?? "").")
            context.output.message(await takenBack(kept, to: commit, in: context))
        }
    }

    /// Writes the branch that takes the change back in the fleet, and says what is left to do.
    private func takenBack(_ hub: KeptHub, to commit: String?, in context: FleetContext) async -> String {
        let again = "or the next `hubfleet deploy` brings it again"
        func byHand(_ why: String) -> String { "Take the change back in the fleet, \(again): \(why)." }
        if noBranch { return byHand("no branch was wanted") }
        guard let commit else { return byHand("the commit of the revision is not known") }
        do {
            guard let folder = try fleet.folderIfAny(in: context) else { return byHand("there is no fleet here") }
            guard await FleetPolicy.read(folder).name?.exact == hub.fleet.exact else {
                return byHand("the fleet here is not \(hub.fleet.printable), of which the hub is; -C names its folder")
            }
            let revert = HubRevert(folder, runner: context.runner)
            let outcome = try await revert.write(hub.id, to: commit, reason: reason)
            let shared =
                outcome.shared.isEmpty
                ? ""
                : " Others use \(outcome.shared.map(\.printable).joined(separator: ", ")), too: look there by yourself."
            guard let branch = outcome.branch else {
                return byHand("no file of the hub alone differs from commit \(commit.prefix(9))") + shared
            }
            let files = outcome.restored.map(\.printable).joined(separator: ", ")
            return "Merge the branch \(branch), \(again): on it \(files) as at commit \(commit.prefix(9)).\(shared)"
        } catch {
            return byHand("\(error)")
        }
    }
}
