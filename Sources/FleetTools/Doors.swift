import Foundation
import Logging

/// The doors to what is outside of this process, for whoever works with it; tests give others.
package struct Doors: Sendable {
    /// The variables of this process.
    package var environment: [String: String]
    /// Whether this process is root, and may give others accounts of their own.
    package var isRoot: Bool
    /// The path of this program; nil where there is none, as in tests.
    package var program: String?
    package var time: any TimeSource
    /// Programs that run to their end.
    package var runner: any CommandRunner
    /// Programs that serve until they are stopped.
    package var services: any ServiceRunner
    package var hubAPI: any HubAPI
    package var hubVisits: any HubVisits
    package var webFiles: any WebFiles
    package var processes: ProcessTable
    package var ports: Ports

    package init(
        environment: [String: String], isRoot: Bool, program: String?, time: any TimeSource, runner: any CommandRunner,
        services: any ServiceRunner, hubAPI: any HubAPI, webFiles: any WebFiles,
        hubVisits: any HubVisits = HTTPHubVisits(), processes: ProcessTable = ProcessTable(), ports: Ports = Ports()
    ) {
        self.environment = environment
        self.isRoot = isRoot
        self.program = program
        self.time = time
        self.runner = runner
        self.services = services
        self.hubAPI = hubAPI
        self.hubVisits = hubVisits
        self.webFiles = webFiles
        self.processes = processes
        self.ports = ports
    }

    /// The account that this process works for, as far as its variables say: a note for records, no proof.
    package var account: String {
        let names = ["SUDO_USER", "USER", "LOGNAME"].compactMap { environment[$0] }
        return names.first { !$0.isEmpty } ?? "unknown"
    }

    /// The real ones; the logger is told which programs are run.
    package static func real(logger: Logger) -> Doors {
        Doors(
            environment: ProcessInfo.processInfo.environment, isRoot: geteuid() == 0,
            program: Bundle.main.executablePath, time: SystemTime(), runner: SubprocessCommandRunner(logger: logger),
            services: SubprocessServiceRunner(), hubAPI: HTTPHubAPI(), webFiles: HTTPWebFiles())
    }
}
