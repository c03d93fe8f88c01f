import ArgumentParser
import FleetTools
import Foundation
import Provisioning

/// `hubfleet init DIR`
struct InitCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a new fleet repository, ready for `hubfleet up`.",
        discussion: """
            It holds one cluster, which is this machine, with a staging and a production hub, and the values that they \
            have in common. The folder must be new or empty.

            hubfleet init my-fleet
            """
    )

    @Argument(help: "The folder to write.", completion: .directory)
    var directory: String

    @OptionGroup var logging: LoggingOptions

    func run(in context: FleetContext) async throws {
        let folder = context.url(directory).path
        for file in try NewFleet.write(to: folder) { try context.output.result("\(directory)/\(file)") }
        context.output.message("Next: hubfleet up local/staging -C \(directory)")
    }
}
