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
    /// Whether each package must be one of the digests that its requirement has.
    var requiresHashes = true

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

    /// The variables that say where settings of the account stand; they count only where indexes are looked for.
    private static let settingsFiles = ["PIP_CONFIG_FILE", "UV_CONFIG_FILE", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS"]

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
            guard case .failed = error else { throw error }
            do { try await doors.runner.check(reading(uv([]))) } catch is CommandError { throw error }
        }
    }

    private func uv(_ options: [String]) -> Invocation {
        call(
            "uv",
            ["pip", "install", "--quiet"] + options
                + [
                    // Servers of users cannot write what they compile, and would compile all in each start.
                    "--compile-bytecode", "--link-mode", "hardlink", "--python", folder + "/bin/python",
                ] + hashes + ["--requirements", folder + "/requirements.txt"])
    }

    private var hashes: [String] { requiresHashes ? ["--require-hashes"] : [] }

    private func installWithPip() async throws {
        let pip = ["-I", "-m", "pip"]
        // What its files say is asked first, and then they are left out.
        let list = try await doors.runner.run(reading(call(folder + "/bin/python", pip + ["config", "list"])))
        var install = call(
            folder + "/bin/python",
            pip + [
                "install", "--quiet", "--disable-pip-version-check", "--no-input",
            ] + hashes + ["--requirement", folder + "/requirements.txt"])
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
            // Several values stand in lines, which Python shows as `\n`; in a variable blanks are between them.
            let value = parts[1].trimmingCharacters(in: CharacterSet(charactersIn: "'\""))
            return (name, value.replacing("\\n", with: " ").trimmingCharacters(in: .whitespaces))
        }
    }

    /// The same call, which finds the account's files of settings.
    private func reading(_ call: Invocation) -> Invocation {
        var call = call
        for name in Self.settingsFiles { if let value = doors.environment[name] { call.environment[name] = value } }
        return call
    }

    /// A call that may take an hour, for slow networks.
    private func call(_ program: String, _ arguments: [String]) -> Invocation {
        let settings = doors.environment.filter { Self.isSetting($0.key) }.mapValues(String?.some)
        let own = [markVariable: folder, "UV_CACHE_DIR": caches + "/uv", "PIP_CACHE_DIR": caches + "/pip"]
        // Python and uv look into the present folder for modules and settings; it may be a fleet of somebody else.
        return Invocation(
            program, arguments,
            environment: CleanEnvironment.changes(
                doors.environment, adding: settings.merging(own.mapValues(String?.some)) { $1 }),
            workingDirectory: "/", timeLimit: .seconds(3600))
    }

    /// Whether a variable says where packages come from.
    private static func isSetting(_ name: String) -> Bool {
        let name = name.exact
        // Such as UV_INDEX_MIRROR_PASSWORD: of an index that has a name.
        return name == "NETRC" || name.hasPrefix("UV_INDEX_")
            || name.without(prefix: "PIP_").map(pipSettings.contains) ?? false
            || name.without(prefix: "UV_").map(uvSettings.contains) ?? false
    }
}
