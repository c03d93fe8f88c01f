import ArgumentParser
import FleetModel
import FleetTools
import Releases

/// `hubfleet explain CLUSTER/HUB KEY.PATH`
struct ExplainCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say where a value of a hub comes from, and what it replaced.",
        discussion: """
            Keys with dots are written in brackets and quotes; items of lists by their number.

            hubfleet explain my-cluster/prod jupyterhub.cull.timeout
            hubfleet explain my-cluster/prod 'jupyterhub.singleuser.nodeSelector["2i2c/hub-name"]'
            hubfleet explain my-cluster/prod --unused       values that a later layer replaces
            """
    )

    @OptionGroup var hub: OneHubOptions

    @Argument(help: ArgumentHelp("The path of the value.", valueName: "key.path"))
    var path: String?

    @Flag(help: "List the values of the hub's own files that have no effect, because a later file replaces them.")
    var unused = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        if unused == (path != nil) { throw ValidationError("give either a path or --unused") }
    }

    func run(in context: FleetContext) async throws {
        let loaded = try await hub.load(in: context)
        if let path {
            let path = try ValuePath.parsed(path)
            guard let provenance = loaded.values.provenance(of: path) else {
                throw NoValue(path: path, values: loaded.values)
            }
            let sheet = ProvenanceSheet(provenance)
            try output.print(sheet, in: context) { sheet.text }
        } else {
            let entries = loaded.values.unused.map(UnusedEntry.init)
            try output.print(entries, in: context) { table(entries) }
        }
        if loaded.hasErrors { throw ExitStatus.failure }
    }

    private struct UnusedEntry: Encodable {
        let path: String
        let value: JSONValue
        let text: String
        let location: String
        let replacedBy: String

        init(_ unused: UnusedValue) {
            path = unused.path.description
            value = JSONValue(unused.value)
            text = unused.value.oneLine(limit: 40)
            location = unused.value.location.description
            replacedBy = unused.replacedBy.description
        }

        enum CodingKeys: CodingKey { case path, value, location, replacedBy }
    }

    private func table(_ entries: [UnusedEntry]) -> String {
        var table = Table("PATH", "VALUE", "SET AT", "REPLACED AT")
        for entry in entries { table.add(entry.path, entry.text, entry.location, entry.replacedBy) }
        return table.text
    }
}
