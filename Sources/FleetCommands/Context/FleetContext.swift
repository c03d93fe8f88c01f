import FleetTools
import Foundation

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

    /// A path that a user wrote, seen from the current folder.
    func url(_ path: String) -> URL {
        let base = URL(filePath: currentDirectory, directoryHint: .isDirectory)
        return URL(filePath: path, relativeTo: base).standardizedFileURL
    }
}
