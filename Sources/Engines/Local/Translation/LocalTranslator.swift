import FleetModel
import FleetTools
import Texts

/// Turns the effective values of a hub, written for Kubernetes, into the settings of a JupyterHub on one machine.
///
/// It is a pure function of the values. Every key is either carried over, with its place, or ends up in `limits`, with
/// the reason; secrets are taken out before anything else looks at the values.
package struct LocalTranslator {
    /// What the translation needs to know beside the values.
    package struct Context: Sendable {
        /// Whether the hub runs elsewhere in truth (`--local`), so that its login cannot be used here.
        package let isCopy: Bool
        /// Where the configuration will be.
        package let revision: RevisionFolder
        package let ports: HubPorts
        /// Whether each user's server runs under an account of its own.
        package let separateAccounts: Bool
        /// The copy of the home page's logo, when it could be fetched.
        package let logo: String?
        /// Whether this program is there to serve downloads of homes. Its path is no part of the configuration: the hub
        /// finds it in `HubFolder.programVariable`, so that the same configuration works after the program moved.
        package let servesDownloads: Bool

        package var folder: HubFolder { revision.hub }

        package init(
            isCopy: Bool, revision: RevisionFolder, ports: HubPorts, separateAccounts: Bool,
            logo: String? = nil,
            servesDownloads: Bool = false
        ) {
            self.servesDownloads = servesDownloads
            self.isCopy = isCopy
            self.revision = revision
            self.ports = ports
            self.separateAccounts = separateAccounts
            self.logo = logo
        }
    }

    let context: Context
    /// The facts of the hub, without secrets.
    let facts: HubFacts
    /// The paths of secrets that were taken out, from the values of the chart that configures the hub on.
    let secretPaths: [String]
    /// Whether users may download their homes.
    let hasDownloads: Bool
    private var used: Set<[ExactText]> = []
    var settings: LocalSettings

    package static func translate(_ facts: HubFacts, context: Context) -> LocalSettings {
        let (clear, secrets) = facts.removingSecrets()
        var translator = LocalTranslator(clear, context: context, secretPaths: secrets.map(\.path))
        translator.run()
        translator.reportLimits(secrets: secrets)
        return translator.settings
    }

    private init(_ facts: HubFacts, context: Context, secretPaths: [String]) {
        self.facts = facts
        self.context = context
        self.secretPaths = secretPaths
        // A switch that cannot be read is not taken for off: downloads only read.
        hasDownloads = context.servesDownloads && facts.storage.homeDownload.value ?? true
        settings = LocalSettings(sections: [], files: [], limits: [], administrators: [], serviceNames: [])
    }

    private mutating func run() {
        addPlace()
        addLogin()
        addServers()
        addProfiles()
        addSharedFolders()
        addHomePage()
        addRolesAndServices()
        addHubSettings()
        settings.sections.removeAll { $0.settings.isEmpty }
    }

    // MARK: - Looking values up

    /// The value at a path, remembered as carried over.
    mutating func take(_ path: String...) -> Value? { take(path: path) }

    mutating func take(path: [String]) -> Value? {
        guard let value = facts.values.jupyterhub[path: path], !value.isNull else { return nil }
        used.insert(path.map(\.exact))
        return value
    }

    /// The map at a path; empty, with a row in the limits, where the values have something else.
    mutating func takeMap(_ path: String...) -> ValueMap {
        guard let value = take(path: path) else { return ValueMap() }
        if let map = value.map { return map }
        limit(path.joined(separator: "."), "it must be a map, not \(value.kind)", at: value.location)
        return ValueMap()
    }

    /// Remembers that a fact was carried over, and gives its value.
    mutating func take<Wrapped>(_ setting: Setting<Wrapped>) -> Setting<Wrapped> {
        if setting.given != nil { used.insert(setting.path.map(\.exact)) }
        return setting
    }

    /// The value of a fact, or what counts without one; a row in the limits says so of one that cannot be read.
    mutating func read<Wrapped>(_ setting: Setting<Wrapped>, else standard: Wrapped) -> Wrapped {
        if let given = take(setting).given, setting.isUnreadable {
            limit(
                setting.path.joined(separator: "."), "it is \(given.kind), so the default counts", at: given.location)
        }
        return setting.value ?? standard
    }

    func isUsed(_ path: [String]) -> Bool { used.contains(path.map(\.exact)) }

    // MARK: - Adding settings

    mutating func begin(_ title: String) {
        settings.sections.append(LocalSettings.Section(title: title, settings: []))
    }

    mutating func set(_ name: String, _ value: PythonLiteral, from source: String) {
        let setting = LocalSettings.Setting(name: name, value: value, source: source)
        settings.sections[settings.sections.count - 1].settings.append(setting)
    }

    mutating func set(_ name: String, _ value: Value) {
        guard let literal = PythonLiteral(value) else { return }
        set(name, literal, from: "\(value.location)")
    }

    /// Carries a key over as it is, under another name.
    mutating func carry(_ path: String..., to name: String) {
        if let value = take(path: path) { set(name, value) }
    }

    /// Carries a fact over as it is, under another name.
    mutating func carry<Wrapped>(_ setting: Setting<Wrapped>, to name: String) {
        if let value = take(setting).given { set(name, value) }
    }

    mutating func limit(_ what: String, _ why: String, at place: SourceLocation? = nil) {
        settings.limits.append(LocalSettings.Limit(what: what, why: why, place: place))
    }

    // MARK: - Where it runs

    private mutating func addPlace() {
        let folder = context.folder
        begin("Where it runs")
        set(
            "c.JupyterHub.bind_url", .string("http://127.0.0.1:\(context.ports.hub)\(baseURL)"),
            from: "this machine only")
        set(
            "c.JupyterHub.hub_bind_url", .string("http://127.0.0.1:\(context.ports.internalHub)"),
            from: "between hub and servers")
        set(
            "c.JupyterHub.proxy_class", .expression("LocalProxy"),
            from: "Traefik, which hubfleet starts; routes are a file")
        set(
            "c.TraefikProxy.traefik_api_url", .string("http://127.0.0.1:\(context.ports.proxyAPI)"),
            from: "how the hub watches Traefik")
        set("c.TraefikFileProviderProxy.dynamic_config_file", .string(folder.routes), from: "the hub's folder")
        set(
            "c.JupyterHub.extra_handlers", .expression("[(r\"/api\(HubRequest.proofPath)\", ProofHandler)]"),
            from: "how hubfleet knows its own hub")
        set("c.JupyterHub.db_url", .string("sqlite:///" + folder.path("jupyterhub.sqlite")), from: "the hub's folder")
        set("c.JupyterHub.cookie_secret_file", .string(folder.path("cookie_secret")), from: "the hub's folder")
        set("c.JupyterHub.upgrade_db", .bool(true), from: "after a copy is made, when JupyterHub is newer")
        set("c.JupyterHub.cleanup_servers", .bool(true), from: "servers stop with their hub")
    }

    var baseURL: String { Self.baseURL(of: facts) }

    /// The path that a hub's addresses start with, with slashes at both ends.
    package static func baseURL(of facts: HubFacts) -> String {
        let path = facts.network.baseURL.value ?? "/"
        let parts = path.split(separator: "/").joined(separator: "/")
        // Anything else would have to be escaped differently by every program that reads it.
        let isPlain = parts.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._~/-".contains($0)) }
        guard isPlain else { return "/" }
        return parts.isEmpty ? "/" : "/\(parts)/"
    }
}
