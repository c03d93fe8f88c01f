import Texts

/// Rules about services and roles, and about the home page.
enum ServiceRules {
    static let rules = [
        Rule(
            "services/unknown-service", .error, "Roles name services that there are.",
            because: "The hub does not start.", judging: .absence, .hub(unknownService)),
        Rule(
            "services/unknown-scope", .error, "Roles give scopes that JupyterHub has.",
            because: "The hub does not start.", .hub(unknownScope)),
        Rule(
            "services/scope-of-no-service", .warning, "Access is given to services that there are.",
            because: "The scope has no effect; the service was renamed or removed.", judging: .absence,
            .hub(scopeOfNoService)),
        Rule(
            "homepage/half-filled", .warning, "What the home page names has a name and an address.",
            because: "The home page shows an empty link.", judging: .absence, .hub(halfFilled)),
    ]

    private static func unknownService(_ hub: HubFacts) -> [Rule.Fault] {
        let known = hub.services.names
        return hub.services.roles.flatMap { role in
            role.services.filter { !hub.services.has(service: $0.value) }.map { service in
                Rule.Fault(
                    "the role \"\(role.key.printable)\" names the service \"\(service.value.printable)\", "
                        + "which is not there",
                    advice: Suggestion.advice(for: service.value, among: known.map(\.text)), at: service.location)
            }
        }
    }

    private static func unknownScope(_ hub: HubFacts) -> [Rule.Fault] {
        scopes(of: hub).compactMap { role, scope, place in
            let name = String(scope.split(separator: "!").first ?? "")
            guard !JupyterHubScopes.names.contains(name), !name.hasPrefix("custom:") else { return nil }
            return Rule.Fault(
                "the role \"\(role.printable)\" gives the scope \"\(scope.printable)\", which JupyterHub does not have",
                advice: Suggestion.advice(for: name, among: JupyterHubScopes.names), at: place)
        }
    }

    private static func scopeOfNoService(_ hub: HubFacts) -> [Rule.Fault] {
        let doubt = hub.effective.hasWholeChart ? nil : "the chart is incomplete here, and may add services"
        let known = hub.services.names
        let own = Set(hub.effective.given.map(\.file.exact))
        return scopes(of: hub).compactMap { role, scope, place in
            guard let name = scope.exact.rest(behind: "!service=")?.text, own.contains(place.file.exact) else {
                return nil
            }
            guard !hub.services.has(service: name) else { return nil }
            return Rule.Fault(
                "the role \"\(role.printable)\" gives access to the service \"\(name.printable)\", which is not there",
                advice: Suggestion.advice(for: name, among: known.map(\.text)), at: place, doubt: doubt)
        }
    }

    private static func halfFilled(_ hub: HubFacts) -> [Rule.Fault] {
        let variables = hub.homePage.variables
        return ["org", "designed_by", "operated_by", "funded_by"].compactMap { name in
            guard let value = variables?[name], value.map != nil else { return nil }
            let missing = ["name", "url"].filter { value[$0]?.ifSet == nil && value["custom_html"]?.ifSet == nil }
            guard missing.count == 1 else { return nil }
            return Rule.Fault(
                "templateVars.\(name) has no \(missing[0])", advice: "give it, or remove both",
                at: value.map?.entry(missing[0])?.keyLocation ?? value.location)
        }
    }

    private static func scopes(of hub: HubFacts) -> [(role: String, scope: String, place: SourceLocation)] {
        hub.services.roles.flatMap { role in role.scopes.map { (role.key, $0.value, $0.location) } }
    }
}
