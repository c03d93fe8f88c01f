/// Rules about services and roles, and about the home page.
enum ServiceRules {
    static let rules = [
        Rule(
            "services/unknown-service", .error, "Roles name services that there are.",
            because: "The hub does not start.", .hub(unknownService)),
        Rule(
            "services/unknown-scope", .error, "Roles give scopes that JupyterHub has.",
            because: "The hub does not start.", .hub(unknownScope)),
        Rule(
            "services/scope-of-no-service", .warning, "Access is given to services that there are.",
            because: "The scope has no effect; the service was renamed or removed.", .hub(scopeOfNoService)),
        Rule(
            "homepage/half-filled", .warning, "What the home page names has a name and an address.",
            because: "The home page shows an empty link.", .hub(halfFilled)),
    ]

    private static func unknownService(_ hub: HubSettings) -> [Rule.Fault] {
        guard !hub.codeAddsServices else { return [] }
        let known = hub.serviceNames
        return hub.roles.flatMap { role in
            (role.value["services"]?.list ?? []).compactMap { service in
                guard let name = service.string, !known.contains(name) else { return nil }
                return Rule.Fault(
                    "the role \"\(role.key.printable)\" names the service \"\(name.printable)\", which is not there",
                    advice: Suggestion.advice(for: name, among: known), at: service.location)
            }
        }
    }

    private static func unknownScope(_ hub: HubSettings) -> [Rule.Fault] {
        hub.scopes.compactMap { role, scope, place in
            let name = String(scope.split(separator: "!").first ?? "")
            guard !JupyterHubScopes.names.contains(name), !name.hasPrefix("custom:") else { return nil }
            return Rule.Fault(
                "the role \"\(role.printable)\" gives the scope \"\(scope.printable)\", which JupyterHub does not have",
                advice: Suggestion.advice(for: name, among: JupyterHubScopes.names), at: place)
        }
    }

    private static func scopeOfNoService(_ hub: HubSettings) -> [Rule.Fault] {
        // A chart whose jsonnet was left out may add services that are unknown here.
        guard hub.hasWholeChart, !hub.codeAddsServices else { return [] }
        let known = hub.serviceNames
        let own = Set(hub.effective.given.map(\.file))
        return hub.scopes.compactMap { role, scope, place in
            guard let range = scope.firstRange(of: "!service="), own.contains(place.file) else { return nil }
            let name = String(scope[range.upperBound...])
            guard !known.contains(name) else { return nil }
            return Rule.Fault(
                "the role \"\(role.printable)\" gives access to the service \"\(name.printable)\", which is not there",
                advice: Suggestion.advice(for: name, among: known), at: place)
        }
    }

    private static func halfFilled(_ hub: HubSettings) -> [Rule.Fault] {
        let variables = hub.jupyterhub["custom", "homepage", "templateVars"]
        return ["org", "designed_by", "operated_by", "funded_by"].compactMap { name in
            guard let value = variables?[name], value.map != nil else { return nil }
            let missing = ["name", "url"].filter { value[$0]?.ifSet == nil && value["custom_html"]?.ifSet == nil }
            guard missing.count == 1 else { return nil }
            return Rule.Fault(
                "templateVars.\(name) has no \(missing[0])", advice: "give it, or remove both",
                at: value.map?.entry(missing[0])?.keyLocation ?? value.location)
        }
    }
}

extension HubSettings {
    fileprivate var roles: [(key: String, place: SourceLocation, value: Value)] {
        jupyterhub["hub", "loadRoles"]?.pairs ?? []
    }

    fileprivate var scopes: [(role: String, scope: String, place: SourceLocation)] {
        roles.flatMap { role in
            (role.value["scopes"]?.list ?? []).compactMap { scope in
                scope.string.map { (role.key, $0, scope.location) }
            }
        }
    }

    fileprivate var codeAddsServices: Bool { code.contains { $0.contains("JupyterHub.services") } }

    /// Services of the hub, and those that JupyterHub's chart adds itself.
    fileprivate var serviceNames: Set<String> {
        let services = jupyterhub["hub", "services"]?.pairs ?? []
        return Set(services.map { $0.value["name"]?.text ?? $0.key }).union(["jupyterhub-idle-culler"])
    }
}
