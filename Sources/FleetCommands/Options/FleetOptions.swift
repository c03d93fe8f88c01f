import ArgumentParser
import FleetModel
import FleetTools
import Foundation

/// Which fleet repository a command works on.
package struct FleetOptions: ParsableArguments {
    @Option(
        name: .customShort("C"),
        help: ArgumentHelp("The fleet repository; default: the nearest one upwards from here.", valueName: "dir"),
        completion: .directory)
    var directory: String?

    package init() {}

    /// The root of the repository.
    /// - Throws: `FleetNotFound`.
    func root(in context: FleetContext) throws -> String {
        guard let root = try rootIfAny(in: context) else {
            throw FleetNotFound(folder: context.currentDirectory, isChosen: false)
        }
        return root
    }

    /// Nil when none was named and none is around.
    func rootIfAny(in context: FleetContext) throws -> String? {
        guard let directory else { return FleetReader.root(above: context.currentDirectory) }
        let base = URL(filePath: context.currentDirectory, directoryHint: .isDirectory)
        let path = URL(filePath: directory, directoryHint: .isDirectory, relativeTo: base).standardizedFileURL.path
        guard FleetReader.isRoot(path) else { throw FleetNotFound(folder: path, isChosen: true) }
        return path
    }

    /// Reads the fleet and shows what is wrong with it on standard error.
    func read(in context: FleetContext) throws -> FleetReader.Reading {
        let reading = try FleetReader.read(root: try root(in: context))
        for finding in reading.findings { context.output.message(finding.description) }
        return reading
    }
}

package struct FleetNotFound: Error, Equatable, CustomStringConvertible {
    let folder: String
    let isChosen: Bool

    package var description: String {
        let place = isChosen ? folder : "\(folder) and the folders above it"
        return "no fleet repository in \(place): there is neither fleet.yaml nor config/clusters/. "
            + "`hubfleet init DIR` makes one, `-C DIR` names one"
    }
}
