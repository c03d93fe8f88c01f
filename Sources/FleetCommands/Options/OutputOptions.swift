import ArgumentParser
import FleetTools

package enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table, json
}

/// In which form a command prints its result.
package struct OutputOptions: ParsableArguments {
    @Option(help: "The form of the result.")
    var format: OutputFormat = .table

    package init() {}

    /// Prints a result in the chosen form: the one place that switches over it.
    func print(_ result: some Encodable, in context: FleetContext, table: () -> String) throws {
        switch format {
        case .table: try context.output.result(table())
        case .json: try context.output.result(JSONText.pretty(result))
        }
    }
}
