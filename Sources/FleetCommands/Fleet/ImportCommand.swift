import ArgumentParser
import FleetModel
import FleetTools
import Foundation
import Provisioning

/// `hubfleet import SOURCE --to DIR`
struct ImportCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take over a fleet that another system runs, onto Hubfleet's charts.",
        discussion: """
            The source has the same layout and is only read. Charts that Hubfleet has are replaced by its own, and keys \
            that have other names there are translated in place: comments and order stay. What cannot be translated is \
            listed. docs/charts/differences.md explains each key.

            hubfleet import ../infrastructure --to my-fleet
            hubfleet import ../infrastructure --to my-fleet --dry-run
            """
    )

    @Argument(help: "The fleet repository to read.", completion: .directory)
    var source: String

    @Option(help: "The folder to write; it must be new or empty.", completion: .directory)
    var to: String

    @Flag(help: "List what would be done, and write nothing.")
    var dryRun = false

    @OptionGroup var logging: LoggingOptions

    func run(in context: FleetContext) async throws {
        let work = FleetImport(from: WorkingTree(context.url(source).path), to: context.url(to).path)
        let files = try await dryRun ? work.preview() : work.write()
        let steps = files.flatMap(\.steps)
        for step in steps { try context.output.result("\(step.place): \(text(step))") }
        let open = steps.count { !$0.isDone }
        let summary = "\(files.count) files \(dryRun ? "to write" : "written"), \(steps.count - open) keys translated"
        context.output.message(summary + (open == 0 ? "." : ", \(open) to be changed by hand."))
        context.output.message(
            "Not translated, because the source computes it or has it in code: the staff's GitHub team, node selectors, "
                + "names of Dask sizes, who may read metrics. See docs/charts/differences.md.")
        if !dryRun { context.output.message("Next: hubfleet validate -C \(to)") }
    }

    private func text(_ step: KeyTranslation.Step) -> String {
        let hint = step.isDone ? "" : " (by hand: it cannot be changed in this file)"
        switch step.kind {
        case .rename(let name): return "\(step.path) is now \(name)\(hint)"
        case .drop(let reason): return "\(step.path) is left out: \(reason)\(hint)"
        case .byHand(let advice): return "\(step.path) must be said anew: \(advice)"
        }
    }
}
