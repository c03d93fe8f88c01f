import ArgumentParser
import FleetModel
import FleetTools
import Releases

/// `hubfleet values CLUSTER/HUB`
struct ValuesCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "values",
        abstract: "Print what a hub runs with: all layers merged, as Helm merges them.",
        discussion: """
            Secrets show as \(Secret.mask). Encrypted files are opened when sops finds a key.

            hubfleet values my-cluster/prod                              the whole tree, as YAML
            hubfleet values my-cluster/prod --key jupyterhub.hub.config  a part of it
            hubfleet values my-cluster/prod --layers                     the files it comes from, weakest first
            """
    )

    @OptionGroup var hub: OneHubOptions

    @Option(help: ArgumentHelp("Only the part at this path, such as jupyterhub.cull.", valueName: "key.path"))
    var key: String?

    @Flag(help: "List the layers instead, with how many values each sets.")
    var layers = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func run(in context: FleetContext) async throws {
        let loaded = try await hub.load(in: context)
        if layers {
            let entries = loaded.values.layers.map(LayerEntry.init)
            try output.print(entries, in: context) { table(entries) }
        } else {
            let value = try part(of: loaded.values)
            let text = try YAMLWriter.text(value)
            try output.print(JSONValue(value), in: context) { text.hasSuffix("\n") ? String(text.dropLast()) : text }
        }
        if loaded.hasErrors { throw ExitStatus.failure }
    }

    private func part(of values: EffectiveValues) throws -> Value {
        guard let key else { return values.merged }
        let path = try ValuePath.parsed(key)
        guard let value = values.merged[path] else { throw NoValue(path: path, values: values) }
        return value
    }

    private struct LayerEntry: Encodable {
        let kind: Layer.Kind
        let file: String
        let values: Int
        let locked: String?

        init(_ layer: Layer) {
            kind = layer.kind
            file = layer.file
            values = layer.values.leaves().count
            locked = layer.locked
        }
    }

    private func table(_ layers: [LayerEntry]) -> String {
        var table = Table("LAYER", "KIND", "VALUES", "FILE")
        for (index, layer) in layers.enumerated() {
            table.add("\(index + 1)", layer.kind.rawValue, "\(layer.values)", layer.file)
        }
        return table.text
    }
}
