import FleetTools
import Foundation
import Texts

/// Makes a Python environment with uv or pip. What the account has set for these programs does not count, such as where
/// they install to, but for where packages come from.
struct Installer: Sendable {
    let folder: String
    let caches: String
    let doors: Doors
    /// The variable that marks the programs that install.
    let markVariable: String

    /// Settings of pip and uv about indexes, certificates and the network: the names of their variables behind `PIP_` and
    /// `UV_`. Source: both programs' references.
    private static let pipSettings: Set<ExactText> = [
        "INDEX_URL", "EXTRA_INDEX_URL", "FIND_LINKS", "NO_INDEX", "TRUSTED_HOST", "CERT", "CLIENT_CERT", "PROXY",
        "TIMEOUT",
        "DEFAULT_TIMEOUT", "RETRIES",
    ]
    private static let uvSettings: Set<ExactText> = [
        "INDEX", "DEFAULT_INDEX", "INDEX_URL", "EXTRA_INDEX_URL", "FIND_LINKS", "NO_INDEX", "INDEX_STRATEGY",
        "NATIVE_TLS",
        "SYSTEM_CERTS", "INSECURE_HOST", "HTTP_TIMEOUT", "HTTP_RETRIES", "OFFLINE", "KEYRING_PROVIDER",
    ]

    /// - Throws: `CommandError`.
    func makeEnvironment(of python: String, withUV: Bool) async throws {
        try await doors.runner.check(
            withUV
                ? call("uv", ["venv", "--quiet", "--no-config", "--python", python, folder])
                : call(python, ["-I", "-m", "venv", folder]))
    }

    /// Installs what stands in `requirements.txt` of the folder.
    /// - Throws: `CommandError`.
    func install(withUV: Bool) async throws {
        guard withUV else { return try await installWithPip() }
        // An index may be named in a file of the account, whose other settings do harm.
        do {
            try await doors.runner.check(uv(["--no-config"]))
        } catch let error as CommandError {
            guard case .failed(_, _, _, let lines) = error, PythonEnvironment.isNetwork(lines) else { throw error }
            do { try await doors.runner.check(uv([])) } catch is CommandError { throw error }
        }
    }

    private func uv(_ options: [String]) -> Invocation {
        call(
            "uv",
            ["pip", "install", "--quiet"] + options
                + [
                    "--link-mode", "hardlink", "--python", folder + "/bin/python", "--require-hashes", "--requirements",
                    folder + "/requirements.txt",
                ])
    }

    private func installWithPip() async throws {
        let pip = ["-I", "-m", "pip"]
        // What its files say is asked first, and then they are left out.
        let list = try await doors.runner.run(call(folder + "/bin/python", pip + ["config", "list"]))
        var install = call(
            folder + "/bin/python",
            pip + [
                "install", "--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes", "--requirement",
                folder + "/requirements.txt",
            ])
        for (name, value) in Self.settings(list.text) where install.environment["PIP_" + name] == nil {
            install.environment["PIP_" + name] = value
        }
        install.environment["PIP_CONFIG_FILE"] = "/dev/null"
        try await doors.runner.check(install)
    }

    /// The settings about indexes in lines such as `global.index-url='https://example.org/simple'`.
    static func settings(_ list: String) -> [(name: String, value: String)] {
        list.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let key = parts[0].split(separator: ".").last else { return nil }
            let name = key.uppercased().replacing("-", with: "_")
            guard parts[0].hasPrefix("global.") || parts[0].hasPrefix("install."), pipSettings.contains(name.exact)
            else {
                return nil
            }
            return (name, parts[1].trimmingCharacters(in: CharacterSet(charactersIn: "'\"")))
        }
    }

    /// A call that may take an hour, for slow networks.
    private func call(_ program: String, _ arguments: [String]) -> Invocation {
        var variables = CleanEnvironment.changes(
            doors.environment,
            adding: [markVariable: folder, "UV_CACHE_DIR": caches + "/uv", "PIP_CACHE_DIR": caches + "/pip"])
        for (prefix, names) in [("PIP_", Self.pipSettings), ("UV_", Self.uvSettings)] {
            for (name, value) in doors.environment
            where names.contains(where: { (prefix + $0.text).exact == name.exact }) {
                variables[name] = value
            }
        }
        // Python and uv look into the present folder for modules and settings; it may be a fleet of somebody else.
        return Invocation(
            program, arguments, environment: variables, workingDirectory: "/", timeLimit: .seconds(3600))
    }
}
