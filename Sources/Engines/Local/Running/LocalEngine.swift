import FleetModel
import FleetTools
import Foundation

/// Runs hubs as processes of this machine: real JupyterHubs, made from the same effective values as on Kubernetes.
package struct LocalEngine: Sendable {
    /// The doors to the outside that it uses.
    package struct Tools: Sendable {
        package var runner: any CommandRunner
        package var services: any ServiceRunner
        package var hubAPI: any HubAPI
        package var processes: ProcessTable
        package var ports: PortChooser
        package var webFiles: any WebFiles
        /// The path of this program, which also serves downloads of homes; nil: hubs have no such service.
        package var program: String?

        package init(
            runner: any CommandRunner, services: any ServiceRunner, hubAPI: any HubAPI,
            webFiles: any WebFiles, processes: ProcessTable = ProcessTable(), ports: PortChooser = PortChooser(),
            program: String? = nil
        ) {
            self.program = program
            self.runner = runner
            self.services = services
            self.hubAPI = hubAPI
            self.processes = processes
            self.ports = ports
            self.webFiles = webFiles
        }
    }

    /// How a hub is to be run.
    package struct Options: Sendable {
        /// The first port that the search for free ones tries.
        package var firstPort = 8000
        /// The port that the operator asked for.
        package var port: Int?
        /// Whether the hub belongs to a cluster elsewhere (`--local`).
        package var isCopy = false
        package var makesNewPasswords = false

        package init() {}
    }

    private let state: StateFolder
    private let tools: Tools
    private let environment: PythonEnvironment
    private let separateAccounts: Bool

    /// - Parameters:
    ///   - state: where everything is kept.
    ///   - tools: the doors to the outside.
    ///   - isRoot: whether this process may give each user's server an account of its own.
    ///   - python: the Python to start from, if the operator chose one.
    package init(state: StateFolder, tools: Tools, isRoot: Bool, python: String? = nil) {
        self.state = state
        self.tools = tools
        separateAccounts = isRoot
        environment = PythonEnvironment(
            state: state, runner: tools.runner, chosenPython: python)
    }

    /// Makes the Python environment for a requirements file, unless there is one.
    /// - Returns: the folder of the environment.
    package func installEnvironment(
        _ requirements: String = PythonEnvironment.standardRequirements,
        emit: @escaping @Sendable (LocalEngineEvent) -> Void
    ) async throws -> String {
        guard state.isPlain else { throw LocalEngineError.oddFolder(state.path) }
        if separateAccounts, let closed = state.closedParent() { throw LocalEngineError.closedFolder(closed) }
        return try await environment.ensure(requirements, emit: emit)
    }

    /// Writes a hub's folder and takes its lock.
    ///
    /// `environment` is the folder of its Python environment; the ports of the hubs in `taken` are not free.
    /// - Throws: `LocalEngineError` when the hub runs already or has no port, `FileError` when a file cannot be written.
    package func prepare(
        _ hub: Hub, values: EffectiveValues, fleetRoot: String, environment: String, options: Options,
        taken: [LocalHub],
        emit: @Sendable (LocalEngineEvent) -> Void
    ) async throws -> LocalHub {
        let preparation = LocalHubPreparation(
            state: state, chooser: tools.ports, separateAccounts: separateAccounts, webFiles: tools.webFiles,
            program: tools.program)
        let request = LocalHubPreparation.Request(
            hub: hub, values: values, fleetRoot: fleetRoot, environment: environment, isCopy: options.isCopy,
            firstPort: options.firstPort,
            wantedPort: options.port, takenPorts: Set(taken.flatMap(\.ports.all)),
            makesNewPasswords: options.makesNewPasswords)
        return try await preparation.prepare(request, emit: emit)
    }

    /// Serves a prepared hub until the task is cancelled; then its processes are gone within ten seconds.
    ///
    /// A hub that ends by itself is started again; users' servers go on meanwhile.
    /// - Throws: `LocalEngineError` when the hub does not start, or ends too often.
    package func serve(_ hub: LocalHub, emit: @escaping @Sendable (LocalEngineEvent) -> Void) async throws {
        let run = LocalHubRun(hub: hub, tools: tools, emit: emit)
        try await run.serve()
    }
}
