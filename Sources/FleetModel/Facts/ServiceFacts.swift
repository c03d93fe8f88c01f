import Texts

/// The services of a hub, and the roles that give rights to users and services.
package struct ServiceFacts: Sendable {
    /// A service; its name is that of its key unless it has one of its own.
    package struct Service: Sendable {
        package let name: String
        package let value: Value
    }

    /// A role; its name is that of its key unless it has one of its own.
    package struct Role: Sendable {
        package let key: String
        package let name: String
        package let value: Value
        package let scopes: [Located<String>]
        package let services: [Located<String>]
    }

    package let services: [Service]
    package let roles: [Role]
    /// Where services are set; nil when nowhere.
    package let servicesPlace: SourceLocation?
    package let rolesPlace: SourceLocation?
    /// The Python of the hub's configuration, which may add services.
    private let code: HubCode
    /// Whether `JupyterHub.load_groups` makes groups.
    let loadsGroups: Bool

    /// The name of the service that the JupyterHub chart adds itself, while it stops unused servers.
    package static let culler = "jupyterhub-idle-culler"

    init(_ hub: Value?, login: LoginFacts) {
        let services = hub?["services"]
        let roles = hub?["loadRoles"]
        servicesPlace = services?.location
        rolesPlace = roles?.location
        self.services = (services?.pairs ?? []).map { Service($0.value, key: $0.key) }
        self.roles = (roles?.pairs ?? []).map { Role($0.value, key: $0.key) }
        code = login.code
        loadsGroups = login.config["JupyterHub", "load_groups"]?.ifSet != nil
    }

    /// The names of all services, as far as they are no secrets.
    package var names: Set<ExactText> { Set(services.map(\.name.exact)).union([Self.culler.exact]) }

    /// Whether Python may add a service of the name: that of the hub's own files any, that of a chart one that it names.
    func codeMayAdd(service name: String) -> Bool {
        if code.assigns("services", of: "JupyterHub"), !code.isOfChart("services") { return true }
        return code.contains("JupyterHub.services") && code.contains(name)
    }

    /// Whether there is a service of the name, even if an encrypted file names it, or Python may add it.
    func has(service name: String) -> Bool {
        name == Self.culler || services.contains { ($0.value["name"]?.text ?? $0.name).exact == name.exact }
            || codeMayAdd(service: name)
    }
}

extension ServiceFacts.Service {
    fileprivate init(_ value: Value, key: String) {
        self.value = value
        name = value["name"]?.string ?? key
    }
}

extension ServiceFacts.Role {
    fileprivate init(_ value: Value, key: String) {
        self.key = key
        self.value = value
        name = value["name"]?.string ?? key
        scopes = Self.texts(value["scopes"])
        services = Self.texts(value["services"])
    }

    private static func texts(_ value: Value?) -> [Located<String>] {
        (value?.list ?? []).compactMap { item in item.string.map { Located($0, at: item.location) } }
    }
}
