import Foundation

/// The settings of a hub as rules ask for them.
package struct HubSettings: Sendable {
    package let hub: Hub
    package let cluster: Cluster
    package let effective: EffectiveValues
    /// The values of the chart that configures the hub.
    let values: Value
    /// The part for the JupyterHub chart.
    let jupyterhub: Value
    /// `hub.config`, by the names of classes.
    let config: Value
    /// Python that is run when the hub starts.
    let code: [String]
    /// The class that logs users in, such as `GitHubOAuthenticator`; nil when nothing says so, or a secret or
    /// Python does.
    let authenticator: String?

    package init(_ hub: Hub, of cluster: Cluster, effective: EffectiveValues) {
        self.hub = hub
        self.cluster = cluster
        self.effective = effective
        values = effective.hubValues
        let nothing = Value(.map(ValueMap()), at: hub.location)
        jupyterhub = values["jupyterhub"] ?? nothing
        config = jupyterhub["hub", "config"] ?? nothing
        let code = (jupyterhub["hub", "extraConfig"]?.pairs ?? []).compactMap { $0.value.text }
        self.code = code
        // What Python sets last is unknown here.
        authenticator =
            code.contains(where: \.assignsLogin)
            ? nil : config["JupyterHub", "authenticator_class"]?.string.map(AuthenticatorKind.className)
    }

    /// Where the class of the login is set; the hub itself when nowhere.
    var authenticatorPlace: SourceLocation {
        config["JupyterHub", "authenticator_class"]?.location ?? hub.location
    }

    /// Whether users log in with the class, or one that is made from it.
    func logsIn(with classes: String...) -> Bool {
        guard let authenticator else { return false }
        return ([authenticator] + JupyterHubNames.ancestors(of: authenticator)).contains(where: classes.contains)
    }

    /// A setting of the login: the most specific class that sets it wins, as in JupyterHub.
    func login(_ name: String) -> Value? {
        guard let authenticator else { return config["Authenticator", name].flatMap(\.ifSet) }
        let classes = [authenticator] + JupyterHubNames.ancestors(of: authenticator)
        return classes.lazy.compactMap { config[$0, name]?.ifSet }.first
    }

    /// What a setting of the login lists: the items of a list, or the keys of a map.
    func loginList(_ name: String) -> [(name: String?, place: SourceLocation)] {
        guard let value = login(name) else { return [] }
        if let map = value.map { return map.keys.map { ($0, map.entry($0)?.keyLocation ?? value.location) } }
        return (value.list ?? []).map { ($0.text, $0.location) }
    }

    /// A host name that users reach the hub by, if it has one that is known.
    var domain: String? { hub.domainOverrideFile == nil ? hub.domain?.value : nil }

    /// Whether the charts are here with all that they compute.
    var hasWholeChart: Bool {
        var chart = effective.declaredChart
        for key in effective.hubPath {
            chart = chart.dependencies.first { $0.chart.key == key }?.chart ?? chart
        }
        return chart.hasTemplates
    }

    var isLocal: Bool { cluster.provider.kind == .local }
}

extension Value {
    /// The text, also of a secret, for comparing it; it must not be shown.
    var text: String? {
        switch content {
        case .string(let text): text
        case .secret(let secret): secret.reveal().flatMap { if case .string(let text) = $0 { text } else { nil } }
        default: nil
        }
    }

    /// The truth value, also of a secret.
    var flag: Bool? {
        switch content {
        case .bool(let bool): bool
        case .secret(let secret): secret.reveal().flatMap { if case .bool(let bool) = $0 { bool } else { nil } }
        default: nil
        }
    }

    /// Nil for what stands there without saying anything: nothing, an empty text, list or map. A secret that cannot be
    /// opened says something.
    var ifSet: Value? {
        switch content {
        case .null: nil
        case .string(let text): text.isEmpty ? nil : self
        case .list(let list): list.isEmpty ? nil : self
        case .map(let map): map.isEmpty ? nil : self
        case .secret(let secret):
            secret.reveal() == .null || secret.reveal() == .string("") ? nil : self
        default: self
        }
    }

    /// The entries of a map with the place of each key; none of anything else.
    var pairs: [(key: String, place: SourceLocation, value: Value)] {
        guard let map else { return [] }
        return map.keys.compactMap { key in map.entry(key).map { (key, $0.keyLocation, $0.value) } }
    }
}

extension String {
    /// Whether Python text assigns `authenticator_class`, and does not only compare it.
    fileprivate var assignsLogin: Bool {
        var rest = Substring(self)
        while let range = rest.range(of: "authenticator_class") {
            rest = rest[range.upperBound...].drop { $0 == " " }
            if rest.hasPrefix("="), !rest.hasPrefix("==") { return true }
        }
        return false
    }
}
