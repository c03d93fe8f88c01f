import FleetModel

/// Turns the effective values of a hub, written for Kubernetes, into the settings of a JupyterHub on one machine.
///
/// It is a pure function of the values. Every key is either carried over, with its place, or ends up in `limits`, with
/// the reason; secrets are taken out before anything else looks at the values.
package struct LocalTranslator {
    /// What the translation needs to know beside the values.
    package struct Context: Sendable {
        package let hub: Hub
        /// Whether the hub runs elsewhere in truth (`--local`), so that its login cannot be used here.
        package let isCopy: Bool
        package let folder: HubFolder
        package let ports: HubPorts
        /// Whether each user's server runs under an account of its own.
        package let separateAccounts: Bool
        /// The copy of the home page's logo, when it could be fetched.
        package let logo: String?
        /// The path of this program, which serves downloads of homes; nil: nobody does.
        package let program: String?

        package init(
            hub: Hub, isCopy: Bool, folder: HubFolder, ports: HubPorts, separateAccounts: Bool, logo: String? = nil,
            program: String? = nil
        ) {
            self.program = program
            self.hub = hub
            self.isCopy = isCopy
            self.folder = folder
            self.ports = ports
            self.separateAccounts = separateAccounts
            self.logo = logo
        }
    }

    let context: Context
    /// The values of the JupyterHub chart, without secrets.
    let values: Value
    /// The paths of secrets that were taken out, in the whole values.
    let secretPaths: [String]
    /// Whether users may download their homes: a key of the chart above JupyterHub's.
    let hasDownloads: Bool
    private var used: Set<[String]> = []
    var settings: LocalSettings

    package static func translate(_ values: EffectiveValues, context: Context) -> LocalSettings {
        let (clear, secrets) = values.hubValues.removingSecrets()
        let whole = clear ?? Value(.map(ValueMap()), at: context.hub.location)
        // The plain JupyterHub chart has its keys at the top, charts on top of it below `jupyterhub`.
        let prefix = whole["jupyterhub"]?.map == nil ? [] : ["jupyterhub"]
        var translator = LocalTranslator(
            context: context, values: whole[path: prefix] ?? whole, secretPaths: secrets.map(\.path),
            hasDownloads: context.program != nil && whole["homeDownload", "enabled"]?.bool ?? true)
        translator.run()
        translator.reportLimits(of: whole, prefix: prefix, secrets: secrets, locked: values.locked)
        return translator.settings
    }

    private init(context: Context, values: Value, secretPaths: [String], hasDownloads: Bool) {
        self.hasDownloads = hasDownloads
        self.secretPaths = secretPaths
        self.context = context
        self.values = values
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
        guard let value = values[path: path], !value.isNull else { return nil }
        used.insert(path)
        return value
    }

    /// The map at a path; empty, with a row in the limits, where the values have something else.
    mutating func takeMap(_ path: String...) -> ValueMap {
        guard let value = take(path: path) else { return ValueMap() }
        if let map = value.map { return map }
        limit(path.joined(separator: "."), "it must be a map, not \(value.kind)", at: value.location)
        return ValueMap()
    }

    func isUsed(_ path: [String]) -> Bool { used.contains(path) }

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
        set("c.JupyterHub.proxy_class", .string("traefik_file"), from: "Traefik; routes are a file")
        set(
            "c.TraefikProxy.traefik_api_url", .string("http://127.0.0.1:\(context.ports.proxyAPI)"),
            from: "how the hub watches Traefik")
        set("c.TraefikProxy.static_config_file", .string(folder.path("traefik.toml")), from: "the hub's folder")
        set(
            "c.TraefikFileProviderProxy.dynamic_config_file", .string(folder.path("routes.toml")),
            from: "the hub's folder")
        set("c.JupyterHub.db_url", .string("sqlite:///" + folder.path("jupyterhub.sqlite")), from: "the hub's folder")
        set("c.JupyterHub.cookie_secret_file", .string(folder.path("cookie_secret")), from: "the hub's folder")
        set("c.JupyterHub.cleanup_servers", .bool(true), from: "servers stop with their hub")
    }

    var baseURL: String { Self.baseURL(values["hub", "baseUrl"]?.string) }

    /// The path that a hub's addresses start with, with slashes at both ends.
    package static func baseURL(of values: EffectiveValues) -> String {
        let whole = values.hubValues
        let chart = whole["jupyterhub"]?.map == nil ? whole : whole["jupyterhub"]
        return baseURL(chart?["hub", "baseUrl"]?.string)
    }

    /// The address of the home page's logo.
    static func logoAddress(of values: EffectiveValues) -> String? {
        let custom = values.hubValues["jupyterhub", "custom"] ?? values.hubValues["custom"]
        return custom?["homepage", "templateVars", "org", "logo_url"]?.string
    }

    private static func baseURL(_ path: String?) -> String {
        let path = path ?? "/"
        let parts = path.split(separator: "/").joined(separator: "/")
        // Anything else would have to be escaped differently by every program that reads it.
        let isPlain = parts.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._~/-".contains($0)) }
        guard isPlain else { return "/" }
        return parts.isEmpty ? "/" : "/\(parts)/"
    }
}
