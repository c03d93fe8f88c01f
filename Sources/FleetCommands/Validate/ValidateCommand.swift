import ArgumentParser
import FleetModel
import FleetTools
import Foundation
import Releases

/// `hubfleet validate [SELECTOR...]`
struct ValidateCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check the fleet: files, schemas and rules, on the values that will run.",
        discussion: """
            Works offline. Encrypted files are opened when sops finds a key; without one only their form is checked.

            hubfleet validate                          the whole fleet
            hubfleet validate my-cluster '*/staging'   a part of it
            hubfleet validate --format sarif           for tools that show findings beside the code
            hubfleet validate --schema cluster         the JSON Schema of cluster.yaml, for editors
            hubfleet validate --rendered               what helm makes of hubs and support services, too

            Exit status: 0 no errors, 1 errors. With --detailed-exitcode, 2 tells warnings without errors.
            """
    )

    @Argument(help: SelectorHelp.text, completion: SelectorHelp.completion)
    var selectors: [String] = []

    @OptionGroup var fleet: FleetOptions

    @Option(help: "The form of the result.")
    var format: ReportFormat = .table

    @Option(help: "The least severe findings to show: error, warning or note.")
    var severity: Finding.Severity = .warning

    @Flag(help: "Leave encrypted files closed.")
    var noDecrypt = false

    @Flag(help: "End with 2 when there are warnings, but no errors.")
    var detailedExitcode = false

    @Option(help: ArgumentHelp("Print the JSON Schema of a file instead: cluster or fleet.", valueName: "file"))
    var schema: ConfigurationSchema?

    @OptionGroup var rendered: RenderedOptions
    @OptionGroup var logging: LoggingOptions

    func run(in context: FleetContext) async throws {
        if let schema {
            try context.output.result(JSONText.pretty(JSONValue(schema.document)))
            return
        }
        let fleet = try await self.fleet.open(in: context, opensEncryptedFiles: !noDecrypt)
        let choice = try choice(of: fleet, in: context)
        let report = try await Interruption.guarded {
            let report = await fleet.validate(choice)
            return report.adding(try await rendered.findings(of: choice, in: fleet, context))
        }
        let shown = report.entries.filter { $0.finding.severity <= severity }
        let text = try format.text(shown, report: report)
        if !text.isEmpty { try context.output.result(text) }
        if format == .table { context.output.message(ReportSummary(report, shown: shown.count).text) }
        if report.count(.error) > 0 { throw ExitStatus.failure }
        if detailedExitcode, report.count(.warning) > 0 { throw ExitStatus.pending }
    }

    /// What is wrong with the clusters is the result, so it is said apart only when nothing matches.
    private func choice(of fleet: OpenFleet, in context: FleetContext) throws -> OpenFleet.Choice {
        do {
            return try fleet.choosing(selectors)
        } catch {
            context.say(fleet.reading.findings)
            throw error
        }
    }
}

extension ConfigurationSchema: ExpressibleByArgument {}
extension Finding.Severity: ExpressibleByArgument {}
