import FleetTools
import Foundation
import Releases

/// Everything that commands take from outside, so that tests can give them something else.
///
/// Its doors are named without a step between: `context.runner` is `context.doors.runner`.
@dynamicMemberLookup
package struct FleetContext: Sendable {
    package var output: any Output
    package var currentDirectory: String
    package var doors: Doors

    package init(output: any Output, currentDirectory: String, doors: Doors) {
        self.output = output
        self.currentDirectory = currentDirectory
        self.doors = doors
    }

    package subscript<Door>(dynamicMember door: WritableKeyPath<Doors, Door>) -> Door {
        get { doors[keyPath: door] }
        set { doors[keyPath: door] = newValue }
    }

    /// The real parts.
    package static func real(logging: LoggingOptions) -> FleetContext {
        let doors = Doors.real(logger: logging.logger)
        return FleetContext(
            output: StandardOutput(environment: doors.environment),
            currentDirectory: FileManager.default.currentDirectoryPath, doors: doors)
    }

    /// Where results of programs are kept for other runs: among the user's caches. Nobody's, where there is no home.
    var keptResults: KeptResults? {
        guard doors.environment["HOME"] != nil || doors.environment["XDG_CACHE_HOME"] != nil else { return nil }
        let output = output
        return KeptResults(in: UserFolders(environment: doors.environment).cache + "/hubfleet/jsonnet") {
            output.message($0)
        }
    }

    /// A path that a user wrote, seen from the current folder.
    func url(_ path: String) -> URL {
        let base = URL(filePath: currentDirectory, directoryHint: .isDirectory)
        return URL(filePath: path, relativeTo: base).standardizedFileURL
    }
}
