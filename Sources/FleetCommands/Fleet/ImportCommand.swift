import ArgumentParser
import FleetModel
import FleetTools
import Foundation
import Provisioning
import Releases

/// `hubfleet import SOURCE --to DIR`
struct ImportCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take over a fleet that another system runs, onto Hubfleet's charts.",
        discussion: """
            The source has the same layout and is only read. Charts that Hubfleet has are replaced by its own, and keys \
            that have other names there are translated in place: comments and order stay. Keys that the new charts refuse \
            become comments.

            Then both fleets are compared: whatever the source's charts did and the new ones do not is listed at its \
            place, with what to do, and so is what could not be judged here. Effective values always are compared; what \
            jsonnet computes and what helm renders, where these programs and the charts are here. docs/importing.md \
            explains the list.

            hubfleet import ../infrastructure --to my-fleet
            hubfleet import ../infrastructure --to my-fleet --dry-run

            Exit status: 0 no errors, 1 errors: alerts that reach nobody any more, or what the new charts refuse and \
            nobody but a person can change. The fleet is written all the same.
            """
    )

    @Argument(help: "The fleet repository to read.", completion: .directory)
    var source: String

    @Option(help: "The folder to write; it must be new or empty.", completion: .directory)
    var to: String

    @Flag(help: "List what would be done, and write nothing.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "Why alerts may go nowhere that reached somebody before; fleet.yaml keeps it.", valueName: "reason"))
    var withoutAlerts: String?

    @Flag(help: "Leave encrypted files closed.")
    var noDecrypt = false

    @Option(help: ArgumentHelp("The helm to render with: a path, or a name in PATH.", valueName: "program"))
    var helm = "helm"

    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        try GivenPaths.check(["--helm": helm])
        if let withoutAlerts, withoutAlerts.allSatisfy(\.isWhitespace) {
            throw ValidationError("--without-alerts needs a reason")
        }
    }

    func run(in context: FleetContext) async throws {
        let tree = WorkingTree(context.url(source).path)
        let plan = try await FleetImport(from: tree).plan()
        if !dryRun { try FileSet.check(isNew: context.url(to).path) }
        context.output.message("comparing the fleet with what becomes of it …")
        let judge = ImportJudge(tree, options: options, doors: context.doors, kept: context.keptResults)
        let (judged, report) = try await Interruption.guarded {
            var judged = plan
            let report = try await judge.judge(&judged)
            return (judged, report)
        }
        if !dryRun { try judged.write(to: context.url(to).path) }
        let sheet = ImportSheet(judged, report, isWritten: !dryRun)
        try output.print(sheet.json, in: context) { sheet.text }
        for line in sheet.summary { context.output.message(line) }
        if !dryRun { context.output.message("Next: hubfleet validate -C \(to)") }
        if report.count(.error) > 0 { throw ExitStatus.failure }
    }

    private var options: ImportJudge.Options {
        var options = ImportJudge.Options()
        options.opensEncryptedFiles = !noDecrypt
        options.withoutAlerts = withoutAlerts
        options.rendering.helm = Helm(program: helm)
        return options
    }
}
