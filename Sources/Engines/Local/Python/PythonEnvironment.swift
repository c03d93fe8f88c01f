import Crypto
import FleetModel
import FleetTools
import Foundation

/// The Python environment of hubs on this machine: made once for each pinned requirements file, then shared.
package struct PythonEnvironment: Sendable {
    /// The requirements that Hubfleet carries: JupyterHub, JupyterLab, Traefik, the idle culler and all that they need,
    /// each with its version and digests.
    package static let standardRequirements = EmbeddedFiles.all["requirements.txt"] ?? ""

    /// The requirements of a JupyterHub of a version, without anything else, to try it. They have no digests.
    package static func requirements(jupyterHub version: String) -> String { "jupyterhub==\(version)\n" }

    /// Marks the programs that install; its value is the folder of the environment.
    private static let markVariable = "HUBFLEET_INSTALLS"

    let state: StateFolder
    /// The variable `HUBFLEET_PYTHON` among them is the Python to start from.
    let doors: Doors

    /// - Parameters:
    ///   - state: the folder that it is made in.
    ///   - doors: what is outside.
    package init(state: StateFolder, doors: Doors) {
        self.state = state
        self.doors = doors
    }

    /// The folder of the environment for these requirements, made now if there is none.
    ///
    /// - Parameters:
    ///   - requirements: the packages.
    ///   - isLocked: whether each has its version and digests; what hubs run with always does.
    ///   - tell: told what happens meanwhile.
    /// - Returns: the folder.
    /// - Throws: `LocalEngineError`; whatever was made by then is removed again.
    package func ensure(
        _ requirements: String, isLocked: Bool = true, tell: @escaping @Sendable (EngineEvent) -> Void
    ) async throws -> String {
        let folder = folder(requirements)
        if try await isComplete(folder) { return folder }
        if StateFolder.forbidsPrograms(state.path) { throw LocalEngineError.noPrograms(state.path) }
        try state.makeFolder(state.environments, separateAccounts: doors.isRoot)
        let lock = try await waitForLock(folder + ".lock", tell: tell)
        defer { withExtendedLifetime(lock) {} }
        if try await isComplete(folder) { return folder }
        let python = try await BasePython(doors).find()
        // What a killed installation left: programs that still write, and what they wrote.
        doors.processes.kill { doors.processes.processes(with: Self.markVariable, folder) }
        try? FileManager.default.removeItem(atPath: folder)
        let start = doors.time.instant
        do {
            try await install(requirements, isLocked: isLocked, in: folder, python: python, tell: tell)
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
        tell(.installed(duration: doors.time.instant - start))
        return folder
    }

    /// The folder of the environment for these requirements, whether it is there or not.
    func folder(_ requirements: String) -> String {
        "\(state.environments)/\(SHA256.hash(data: Data(requirements.utf8)).hexadecimal.prefix(12))"
    }

    /// A mark written last; and the Python that it was made from must still be there, and find JupyterHub: after an update of
    /// the system it may be another one.
    private func isComplete(_ folder: String) async throws -> Bool {
        guard FileManager.default.fileExists(atPath: mark(folder)),
            FileManager.default.isExecutableFile(atPath: folder + "/bin/python")
        else { return false }
        let question = "import importlib.util, sys; sys.exit(importlib.util.find_spec('jupyterhub') is None)"
        let call = Invocation(
            folder + "/bin/python", ["-I", "-c", question], environment: CleanEnvironment.changes(doors.environment),
            workingDirectory: "/")
        do { return try await doors.runner.run(call).status == 0 } catch is CommandError { return false }
    }

    private func mark(_ folder: String) -> String { folder + "/.hubfleet-compiled" }

    private func waitForLock(_ path: String, tell: @Sendable (EngineEvent) -> Void) async throws -> FileLock {
        var isTold = false
        while true {
            do {
                return try FileLock(path: path, holder: "process \(ProcessInfo.processInfo.processIdentifier)")
            } catch FileError.held(_, let holder) {
                if !isTold { tell(.waitingForInstallation(by: holder)) }
                isTold = true
                try await doors.time.sleep(for: .milliseconds(500))
            }
        }
    }

    // MARK: - Installing

    private func install(
        _ requirements: String, isLocked: Bool, in folder: String, python: String,
        tell: @Sendable (EngineEvent) -> Void
    ) async throws {
        let uv = try? await doors.runner.check(Invocation("uv", ["--version"]))
        tell(.installing(packages: Self.packageCount(requirements), withUV: uv != nil))
        let installer = Installer(
            folder: folder, caches: state.caches, doors: doors, markVariable: Self.markVariable,
            requiresHashes: isLocked)
        do {
            try await installer.makeEnvironment(of: python, withUV: uv != nil)
            try FileWriting.write(requirements, to: folder + "/requirements.txt", permissions: 0o644)
            try await installer.install(withUV: uv != nil)
        } catch let error as CommandError {
            try Task.checkCancellation()
            throw Self.explain(error, python: python)
        }
        try FileWriting.write("complete\n", to: mark(folder), permissions: 0o644)
    }

    private static func packageCount(_ requirements: String) -> Int {
        requirements.split(separator: "\n").count { !$0.hasPrefix(" ") && !$0.hasPrefix("#") && $0.contains("==") }
    }

    private static let networkWords = [
        "dns error", "failed to lookup address", "name resolution", "NewConnectionError", "Network is unreachable",
        "Could not connect", "Connection refused", "timed out", "error trying to connect", "client error (Connect)",
        "Failed to fetch",
    ]

    private static func explain(_ error: CommandError, python: String) -> LocalEngineError {
        guard case .failed(_, let arguments, _, let lines) = error else {
            return .installFailed(lastLines: error.description)
        }
        if arguments.starts(with: ["-I", "-m", "venv"]) { return .noVenvModule(python: python) }
        let isNetwork = networkWords.contains { lines.contains($0) }
        return isNetwork ? .noNetwork(lastLines: lines) : .installFailed(lastLines: lines)
    }
}
