import Crypto
import FleetModel
import FleetTools
import Foundation

/// The Python environment of hubs on this machine: made once for each pinned requirements file, then shared.
package struct PythonEnvironment: Sendable {
    /// The requirements that Hubfleet carries: JupyterHub, JupyterLab, Traefik, the idle culler and all that they need,
    /// each with its version and digests.
    package static let standardRequirements = EmbeddedFiles.all["requirements.txt"] ?? ""

    /// Marks the programs that install; its value is the folder of the environment.
    private static let markVariable = "HUBFLEET_INSTALLS"

    let state: StateFolder
    /// The variable `HUBFLEET_PYTHON` among them is the Python to start from.
    let doors: Doors

    /// The folder of the environment for these requirements, made now if there is none.
    ///
    /// `tell` is told what happens meanwhile.
    /// - Throws: `LocalEngineError`; whatever was made by then is removed again.
    package func ensure(_ requirements: String, tell: @escaping @Sendable (EngineEvent) -> Void) async throws
        -> String
    {
        let folder = folder(requirements)
        if isComplete(folder) { return folder }
        try state.makeFolder(state.environments, separateAccounts: doors.isRoot)
        let lock = try await waitForLock(folder + ".lock", tell: tell)
        defer { withExtendedLifetime(lock) {} }
        if isComplete(folder) { return folder }
        let python = try await findPython()
        // What a killed installation left: programs that still write, and what they wrote.
        doors.processes.kill { doors.processes.processes(with: Self.markVariable, folder) }
        try? FileManager.default.removeItem(atPath: folder)
        let start = doors.time.instant
        do {
            try await install(requirements, in: folder, python: python, tell: tell)
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

    /// A mark written last; and the Python that it was made from must still be there.
    private func isComplete(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: mark(folder))
            && FileManager.default.isExecutableFile(atPath: folder + "/bin/python")
    }

    private func mark(_ folder: String) -> String { folder + "/.hubfleet-complete" }

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

    // MARK: - Python

    private func findPython() async throws -> String {
        let candidates =
            doors.environment["HUBFLEET_PYTHON"].map { [$0] } ?? [
                "/usr/bin/python3", "python3", "/usr/local/bin/python3",
            ]
        var tooOld: LocalEngineError?
        for candidate in candidates {
            let question = Invocation(candidate, ["-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
            guard
                let answer = try? await doors.runner.check(question).text.trimmingCharacters(
                    in: .whitespacesAndNewlines)
            else {
                try Task.checkCancellation()
                continue
            }
            let parts = answer.split(separator: ".").compactMap { Int($0) }
            if parts.count == 2, (parts[0], parts[1]) >= (3, 10) { return candidate }
            tooOld = .oldPython(path: candidate, version: answer)
        }
        throw tooOld ?? LocalEngineError.noPython(tried: candidates)
    }

    // MARK: - Installing

    private func install(
        _ requirements: String, in folder: String, python: String, tell: @Sendable (EngineEvent) -> Void
    ) async throws {
        let uv = try? await doors.runner.check(Invocation("uv", ["--version"]))
        tell(.installing(packages: Self.packageCount(requirements), withUV: uv != nil))
        do {
            try await doors.runner.check(
                uv != nil ? Self.venvWithUV(folder, python: python) : Self.venv(folder, python: python))
            try FileWriting.write(requirements, to: folder + "/requirements.txt", permissions: 0o644)
            try await doors.runner.check(uv != nil ? Self.installWithUV(folder) : Self.installWithPip(folder))
        } catch let error as CommandError {
            try Task.checkCancellation()
            throw Self.explain(error, python: python)
        }
        try FileWriting.write("complete\n", to: mark(folder), permissions: 0o644)
    }

    private static func packageCount(_ requirements: String) -> Int {
        requirements.split(separator: "\n").count { !$0.hasPrefix(" ") && !$0.hasPrefix("#") && $0.contains("==") }
    }

    private static func venvWithUV(_ folder: String, python: String) -> Invocation {
        marked(folder, Invocation("uv", ["venv", "--quiet", "--no-config", "--python", python, folder]))
    }

    private static func venv(_ folder: String, python: String) -> Invocation {
        marked(folder, Invocation(python, ["-I", "-m", "venv", folder]))
    }

    private static func installWithUV(_ folder: String) -> Invocation {
        let arguments = ["pip", "install", "--quiet", "--python", folder + "/bin/python", "--require-hashes"]
        return marked(folder, Invocation("uv", arguments + ["--requirements", folder + "/requirements.txt"]))
    }

    private static func installWithPip(_ folder: String) -> Invocation {
        let arguments = [
            "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes",
        ]
        return marked(
            folder, Invocation(folder + "/bin/python", arguments + ["--requirement", folder + "/requirements.txt"]))
    }

    /// Slow networks get an hour.
    private static func marked(_ folder: String, _ invocation: Invocation) -> Invocation {
        var invocation = invocation
        invocation.environment[markVariable] = folder
        invocation.timeLimit = .seconds(3600)
        // Python and uv look into the present folder for modules and settings; it may be a fleet of somebody else.
        invocation.workingDirectory = "/"
        return invocation
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
