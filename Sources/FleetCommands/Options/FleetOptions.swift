import ArgumentParser
import FleetModel
import FleetTools
import Foundation
import Releases

/// Which fleet repository a command works on.
package struct FleetOptions: ParsableArguments {
    @Option(
        name: .customShort("C"),
        help: ArgumentHelp("The fleet repository; default: the nearest one upwards from here.", valueName: "dir"),
        completion: .directory)
    var directory: String?

    package init() {}

    /// The folder of the repository.
    /// - Throws: `FleetNotFound`.
    func folder(in context: FleetContext) throws -> WorkingTree {
        guard let folder = try folderIfAny(in: context) else {
            throw FleetNotFound(folder: context.currentDirectory, isChosen: false)
        }
        return folder
    }

    /// Nil when none was named and none is around.
    func folderIfAny(in context: FleetContext) throws -> WorkingTree? {
        guard let directory else { return WorkingTree.around(context.currentDirectory) }
        let folder = WorkingTree(context.url(directory).path)
        guard folder.holdsFleet else { throw FleetNotFound(folder: folder.root, isChosen: true) }
        return folder
    }

    /// Opens the fleet.
    /// - Throws: `FleetNotFound` or `FleetSourceError`.
    func open(in context: FleetContext, opensEncryptedFiles: Bool = true) async throws -> OpenFleet {
        try await OpenFleet(
            folder(in: context), runner: context.runner, opensEncryptedFiles: opensEncryptedFiles,
            kept: context.keptResults)
    }
}
