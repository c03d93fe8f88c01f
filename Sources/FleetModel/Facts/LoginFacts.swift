import Foundation

/// The login of a hub: its class, and its settings as JupyterHub reads them.
package struct LoginFacts: Sendable {
    /// `hub.config`, by the names of classes.
    package let config: Value
    /// The Python that is run when the hub starts.
    let code: HubCode
    /// The name of the login as the values write it, such as `github`.
    package let name: Setting<String>
    /// The class that logs users in, such as `GitHubOAuthenticator`; nil when nothing says so, or a secret or Python
    /// does.
    package let authenticator: String?
    /// Where the class is set; the hub itself when nowhere.
    package let place: SourceLocation
    /// The class and those that it is made from, the most specific first.
    package let classes: [String]
    /// The settings of these classes, as far as there are any.
    private let sections: [(name: String, settings: ValueMap)]
    /// Whether a Secret of the cluster may hold more settings.
    let hasExistingSecret: Bool

    init(_ hub: Value?, hub owner: Hub, code: HubCode) {
        let config = hub?["config"] ?? Value(.map(ValueMap()), at: owner.location)
        self.config = config
        self.code = code
        name = Setting(config["JupyterHub", "authenticator_class"], path: Self.namePath)
        // What Python sets last is unknown here.
        let isAssigned = code.assignsLogin || code.assigns("authenticator_class", of: "JupyterHub")
        authenticator = isAssigned ? nil : name.value.map(AuthenticatorKind.className)
        place = config["JupyterHub", "authenticator_class"]?.location ?? owner.location
        classes = authenticator.map { [$0] + JupyterHubNames.ancestors(of: $0) } ?? ["Authenticator"]
        sections = classes.compactMap { name in config[name]?.map.map { (name, $0) } }
        hasExistingSecret = hub?["existingSecret"]?.ifSet != nil
    }

    private static let namePath = ["hub", "config", "JupyterHub", "authenticator_class"]

    /// Whether users log in with one of the classes, or with one that is made from it.
    package func isOne(of names: String...) -> Bool { authenticator != nil && classes.contains(where: names.contains) }

    /// A setting of the login: the most specific class that sets it wins, as in JupyterHub, even with an empty list.
    package func setting<Wrapped>(_ name: String) -> Setting<Wrapped> {
        for section in sections {
            guard let value = section.settings[name], !value.isNull else { continue }
            return Setting(value, path: ["hub", "config", section.name, name])
        }
        return Setting(nil, path: ["hub", "config", "Authenticator", name])
    }

    /// Whether Python that is run when the hub starts holds a text.
    func codeContains(_ text: String) -> Bool { code.contains(text) }

    /// Whether Python may set it, so that nobody knows what it is.
    func isAssigned(_ setting: String) -> Bool { classes.contains { code.assigns(setting, of: $0) } }

    /// A setting with what it may hold and needs: one of the login's own classes knows those of the login itself, too.
    func definition(of setting: String, in section: String) -> SettingTable.Setting? {
        let own = JupyterHubNames.setting(setting, of: section)
        guard classes.contains(section), own == nil else { return own }
        guard let authenticator else { return JupyterHubNames.setting(setting, below: section) }
        return JupyterHubNames.setting(setting, of: authenticator)
    }

    /// Whether what the section of a class says has an effect: the class is that of the login, or of no login.
    func reads(section: String) -> Bool { classes.contains(section) || !section.hasSuffix("Authenticator") }

    /// The value of a setting of any type, when it says something.
    func given(_ name: String) -> Value? {
        for section in sections {
            if let value = section.settings[name], !value.isNull { return value.ifSet }
        }
        return nil
    }

    /// The identity providers of CILogon: `idps`, or `allowed_idps` as it was called before.
    var identityProviders: Value? { given("idps") ?? given("allowed_idps") }
}
