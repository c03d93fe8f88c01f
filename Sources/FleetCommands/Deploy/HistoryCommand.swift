import ArgumentParser
import Engines
import FleetTools
import Foundation

/// `hubfleet history HUB`
struct HistoryCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Say what happened to a deployed hub of this machine, and which revisions are kept.",
        discussion: """
            hubfleet history local/prod
            """
    )

    @Argument(help: "CLUSTER/HUB.")
    var hub: String

    @OptionGroup var state: StateFolderOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func run(in context: FleetContext) async throws {
        let kept = try state.keptHub(hub, in: context)
        let engine = LocalEngine(keeping: kept, state: state.folder(in: context), doors: context.doors)
        let (known, _) = engine.look(at: kept)
        let result = Result(
            current: known.current, revisions: known.revisions, history: known.record.history.reversed(),
            databases: engine.databaseCopies(of: kept))
        try output.print(result, in: context) { result.text }
    }

    private struct Result: Encodable {
        let current: Int?
        let revisions: [HubRevision]
        /// The last first.
        let history: [HubHistory]
        /// The copies of the database that are kept, the oldest first.
        let databases: [DatabaseCopy]

        var text: String {
            var events = Table("WHEN", "WHAT", "REVISION", "BY", "WHY")
            for entry in history {
                events.add(
                    entry.at.ISO8601Format(), entry.kind.rawValue, entry.revision.map(String.init) ?? "", entry.who,
                    entry.reason ?? "")
            }
            var kept = Table("REVISION", "MADE", "COMMIT", "BY", "")
            for revision in revisions.reversed() {
                kept.add(
                    "\(revision.number)", revision.made.ISO8601Format(), String((revision.commit ?? "").prefix(9)),
                    revision.who, revision.number == current ? "current" : "")
            }
            var copies = Table("DATABASE", "REVISION", "USERS", "SIZE")
            for copy in databases.reversed() {
                copies.add(
                    copy.name, copy.revision.map(String.init) ?? "", copy.counts["users"].map(String.init) ?? "",
                    ByteAmount.text(Int64(copy.bytes)))
            }
            return [events.text, kept.text, databases.isEmpty ? "" : copies.text].filter { !$0.isEmpty }
                .joined(separator: "\n\n")
        }
    }
}
