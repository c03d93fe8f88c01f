import Crypto
import FleetModel
import FleetTools
import Foundation

/// A hub that is ready to be started on this machine: its folder is written, its ports are chosen, its lock is held.
package struct LocalHub: Sendable {
    package let hub: Hub
    package let folder: HubFolder
    package let ports: HubPorts
    package let settings: LocalSettings
    /// Set when they were made just now; they cannot be shown again.
    package let newPasswords: Passwords?
    /// Where people reach the hub, such as `http://127.0.0.1:8000/`.
    package let address: String
    /// The Python environment that it runs in.
    package let environment: String
    let lock: FileLock

    /// Remembers that the new passwords were shown; until then each start makes new ones.
    package func rememberPasswordsWereShown() throws {
        try FileWriting.write("", to: folder.passwordsShown)
    }
}

/// Writes everything that a hub needs into its folder.
struct LocalHubPreparation {
    let state: StateFolder
    let chooser: PortChooser
    let separateAccounts: Bool
    let webFiles: any WebFiles
    /// The path of this program.
    let program: String?
    /// A logo is a small picture; more than 2 MB is none.
    private static let logoLimit = 2_000_000

    struct Request {
        let hub: Hub
        let values: EffectiveValues
        let fleetRoot: String
        let environment: String
        let isCopy: Bool
        let firstPort: Int
        let wantedPort: Int?
        let takenPorts: Set<Int>
        let makesNewPasswords: Bool
    }

    /// - Throws: `LocalEngineError.alreadyRuns` when another hubfleet serves the hub, errors about ports and files.
    func prepare(_ request: Request, emit: @Sendable (LocalEngineEvent) -> Void) async throws -> LocalHub {
        let folder = state.folder(of: request.hub, fleetRoot: request.fleetRoot)
        try makeFolders(folder)
        let lock = try lock(folder, hub: request.hub)
        let ports = try choosePorts(request, folder: folder, emit: emit)
        let facts = HubFacts(request.hub, on: .local, effective: request.values)
        let logo = try await copyLogo(facts.homePage.logo.value, to: folder)
        let context = LocalTranslator.Context(
            isCopy: request.isCopy, folder: folder, ports: ports, separateAccounts: separateAccounts, logo: logo,
            program: program)
        let settings = LocalTranslator.translate(facts, context: context)
        let passwords = try Passwords.make(in: folder, anew: request.makesNewPasswords)
        try ServiceTokens.make(for: settings.serviceNames, in: folder)
        try writeFiles(settings, hub: request.hub, folder: folder)
        let baseURL = LocalTranslator.baseURL(of: facts)
        return LocalHub(
            hub: request.hub, folder: folder, ports: ports, settings: settings, newPasswords: passwords,
            address: "http://127.0.0.1:\(ports.hub)\(baseURL)", environment: request.environment, lock: lock)
    }

    private func lock(_ folder: HubFolder, hub: Hub) throws -> FileLock {
        let time = Date.now.ISO8601Format()
        let holder = "process \(ProcessInfo.processInfo.processIdentifier) serves it since \(time)"
        do {
            return try FileLock(path: folder.lock, holder: holder)
        } catch FileError.held(_, let holder) {
            throw LocalEngineError.alreadyRuns(hub: hub.id, holder: holder)
        }
    }

    private func choosePorts(
        _ request: Request, folder: HubFolder, emit: @Sendable (LocalEngineEvent) -> Void
    ) throws -> HubPorts {
        let last = HubState.read(folder)?.ports
        // Leftovers of a killed run still hold the ports; they are stopped before the hub starts.
        let held = ProcessTable().processes(with: HubFolder.markVariable, folder.root)
        if !held.isEmpty, let last, request.wantedPort == nil || request.wantedPort == last.hub { return last }
        let ports = try chooser.choose(
            wanted: request.wantedPort, last: last, first: request.firstPort, taken: request.takenPorts)
        if let last, last.hub != ports.hub, request.wantedPort == nil {
            emit(.portsChanged(hub: request.hub.id, from: last.hub, to: ports.hub))
        }
        try HubState(ports: ports).write(folder)
        return ports
    }

    /// Copies the logo of the home page once, so that the page works without the web.
    private func copyLogo(_ address: String?, to folder: HubFolder) async throws -> String? {
        guard let address, let url = URL(string: address) else { return nil }
        let kinds: Set<String> = ["svg", "png", "jpg", "jpeg", "gif", "webp"]
        let kind = url.pathExtension.lowercased()
        guard kinds.contains(kind) else { return nil }
        let path = folder.path("logo-\(SHA256.hash(data: Data(address.utf8)).hexadecimal.prefix(8)).\(kind)")
        if FileManager.default.fileExists(atPath: path) { return path }
        let bytes = await webFiles.fetch(address, limit: Self.logoLimit) ?? []
        try Task.checkCancellation()
        guard !bytes.isEmpty else { return nil }
        try FileWriting.write(bytes, to: path)
        return path
    }

    /// Other accounts pass through the folders, but see only their own homes.
    private func makeFolders(_ folder: HubFolder) throws {
        let open = separateAccounts ? 0o755 : 0o700
        try FileWriting.makeFolder(state.path, permissions: open)
        var path = state.path
        for part in folder.root.dropFirst(state.path.count).split(separator: "/") {
            path += "/\(part)"
            try FileWriting.makeFolder(path, permissions: open)
        }
        try FileWriting.makeFolder(folder.root, permissions: separateAccounts ? 0o711 : 0o700)
        try FileWriting.makeFolder(folder.homes, permissions: separateAccounts ? 0o710 : 0o700)
    }

    private func writeFiles(_ settings: LocalSettings, hub: Hub, folder: HubFolder) throws {
        for folder in [folder.python, folder.path("files")] { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in EmbeddedFiles.all where !name.hasPrefix("requirements") {
            try write(text, to: folder.python + "/" + name)
        }
        for file in settings.files { try write(file.text, to: folder.path("files/" + file.path)) }
        try FileWriting.write(LocalConfigFile.text(settings, hub: hub, folder: folder), to: folder.config)
    }

    private func write(_ text: String, to path: String) throws {
        let parent = URL(filePath: path).deletingLastPathComponent().path
        try FileWriting.makeFolder(parent)
        try FileWriting.write(text, to: path, permissions: 0o644)
    }
}
