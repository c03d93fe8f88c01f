import Texts

/// The check of a hub through a server of its own: the user of that server, and the service that asks for it.
package struct HealthFacts: Sendable {
    /// The name of the service that checks a hub, and of its role. Source: `health.py` of basehub.
    package static let service = "hub-health"
    /// The user of checks when the values name none. Source: `health.py` of basehub, and the charts before it.
    package static let standardUser = "deployment-service-check"

    /// The user of checks, as whom nobody can log in.
    package let username: Setting<String>
    /// The token of the service, when the values set one that can be read; else the chart makes one at random.
    package let token: HubToken?
    /// Whether the hub opens with the form of BinderHub, which starts a server from a repository only.
    package let opensWithBinder: Bool
    /// Whether a page of the hub that nobody is logged in to logs somebody in, or refuses everybody.
    package let hasLogin: Bool

    init(_ services: ServiceFacts, login: LoginFacts, custom: Value?, chart: Value) {
        username = Setting(custom?["healthCheck", "username"], path: ["custom", "healthCheck", "username"])
        let own = services.services.first { $0.name.exact == Self.service.exact }
        token = own?.value["apiToken"]?.text.flatMap { $0.isEmpty ? nil : HubToken($0) }
        let hasForm = custom?["binderhubUI", "enabled"]?.flag == true
        opensWithBinder = hasForm && chart["binderhub-service", "enabled"]?.flag != false
        hasLogin = !login.isOne(of: "TmpAuthenticator", "NullAuthenticator")
    }

    /// The name of the user of checks.
    package var user: String { username.value ?? Self.standardUser }

    /// What the service may do: start and stop the server of that user, and nothing else. Source: `health.py` of basehub.
    package static func scopes(for user: String) -> [String] {
        ["admin:users!user=\(user)", "admin:servers!user=\(user)", "access:servers!user=\(user)"]
    }
}
