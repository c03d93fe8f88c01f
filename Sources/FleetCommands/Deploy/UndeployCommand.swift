import ArgumentParser
import Engines
import FleetTools
import Foundation
import Texts

/// `hubfleet undeploy HUB`
struct UndeployCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "undeploy",
        abstract: "End a deployed hub of this machine for good. Homes stay on the disk.",
        discussion: """
            Ends the hub and removes its revisions. Homes, archives, the database, passwords and logs stay, and their \
            folder is named. Needs no fleet: a hub that has left the fleet can be undeployed.

            hubfleet undeploy local/old --reason "the course is over"
            """
    )

    @Argument(help: "CLUSTER/HUB.")
    var hub: String

    @Option(help: "Why; it is written down beside what stays.")
    var reason: String

    @OptionGroup var state: StateFolderOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        if reason.allSatisfy(\.isWhitespace) { throw ValidationError("--reason needs some words") }
    }

    func run(in context: FleetContext) async throws {
        let folder = state.folder(in: context)
        let kept = try state.keptHub(hub, in: context)
        try await Interruption.guarded {
            if KeeperWish.read(kept.folder)?.isOn == true {
                try await HubEnd(state: folder, context: context).end(kept)
            }
            let engine = LocalEngine(keeping: kept, state: folder, doors: context.doors)
            let lock = try engine.lock(kept)
            try engine.uninstall(under: lock) { _ in }
            let note = "\(context.time.now.ISO8601Format()) \(context.doors.account): \(reason.printable)\n"
            try FileWriting.write(note, to: kept.folder.path("undeployed.txt"))
            try engine.abandon(kept)
            context.output.message(
                "\(kept.id) is undeployed; its homes and everything that people made stay in \(kept.folder.root)")
        }
    }
}
