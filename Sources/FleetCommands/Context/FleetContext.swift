import FleetTools
import Foundation
import Logging

/// Everything that commands take from outside, so that tests can give them something else.
package struct FleetContext: Sendable {
    package var output: any Output
    package var environment: [String: String]
    package var currentDirectory: String
    package var runner: any CommandRunner
    package var services: any ServiceRunner
    package var hubAPI: any HubAPI
    package var webFiles: any WebFiles
    package var isRoot: Bool
    /// The path of this program; nil where there is none, as in tests.
    package var program: String?

    package init(
        output: any Output, environment: [String: String], currentDirectory: String, runner: any CommandRunner,
        services: any ServiceRunner, hubAPI: any HubAPI, webFiles: any WebFiles, isRoot: Bool, program: String? = nil
    ) {
        self.program = program
        self.output = output
        self.environment = environment
        self.currentDirectory = currentDirectory
        self.runner = runner
        self.services = services
        self.hubAPI = hubAPI
        self.webFiles = webFiles
        self.isRoot = isRoot
    }

    /// The real parts.
    package static func real(logging: LoggingOptions) -> FleetContext {
        let environment = ProcessInfo.processInfo.environment
        return FleetContext(
            output: StandardOutput(environment: environment), environment: environment,
            currentDirectory: FileManager.default.currentDirectoryPath,
            runner: SubprocessCommandRunner(logger: logging.logger), services: SubprocessServiceRunner(),
            hubAPI: HTTPHubAPI(), webFiles: HTTPWebFiles(), isRoot: geteuid() == 0,
            program: Bundle.main.executablePath)
    }

    /// A path that a user wrote, seen from the current folder.
    func url(_ path: String) -> URL {
        let base = URL(filePath: currentDirectory, directoryHint: .isDirectory)
        return URL(filePath: path, relativeTo: base).standardizedFileURL
    }
}
