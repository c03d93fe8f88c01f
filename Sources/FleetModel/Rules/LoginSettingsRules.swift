import Foundation
import Texts

/// Rules about settings below `hub.config`, which JupyterHub ignores without a word when their names are wrong.
enum LoginSettingsRules {
    static let rules = [
        Rule(
            "auth/class-name", .error, "Names of classes below hub.config are written as JupyterHub writes them.",
            because: "JupyterHub silently ignores a class that it does not know, also one that differs in case alone.",
            .hub(className)),
        Rule(
            "auth/setting-name", .error, "Names of settings below hub.config are written as JupyterHub writes them.",
            because:
                "JupyterHub silently ignores a setting that it does not know, also one that differs in case alone: "
                + "a list of allowed users may have no effect.",
            .hub(settingName)),
        Rule(
            "auth/unknown-login", .error, "The login is one that the hub's image has.",
            because: "The hub does not start.", .hub(unknownLogin)),
        Rule(
            "auth/other-login", .warning, "A hub's own files configure the login that it uses.",
            because: "Settings of another login have no effect; often they were meant to restrict who comes in.",
            .hub(otherLogin)),
        Rule(
            "auth/callback", .error, "The address that a login comes back to is the hub's own.",
            because: "The login provider refuses, or sends the user's token to another hub.", .hub(callback)),
    ]

    private static func className(_ hub: HubFacts) -> [Rule.Fault] {
        hub.login.config.pairs.compactMap { name, place, _ in
            guard JupyterHubNames.settings(of: name) == nil,
                let close = Suggestion.closest(to: name, among: JupyterHubNames.classNames, most: 2)
            else { return nil }
            return Rule.Fault(
                "JupyterHub has no class \(name), so all below it is ignored", advice: "did you mean \(close)?",
                at: place)
        }
    }

    private static func settingName(_ hub: HubFacts) -> [Rule.Fault] {
        hub.login.config.pairs.flatMap { name, _, settings -> [Rule.Fault] in
            guard let known = JupyterHubNames.settings(of: name) else { return [] }
            return settings.pairs.compactMap { setting, place, _ in
                guard hub.login.definition(of: setting, in: name) == nil,
                    let close = suggestion(for: setting, among: known)
                else { return nil }
                return Rule.Fault(
                    "\(name) has no setting \(setting), so it is ignored", advice: "did you mean \(close)?", at: place)
            }
        }
    }

    /// A name that differs in a letter or two, or in its case, or that ends with the word.
    static func suggestion(for setting: String, among known: Set<String>) -> String? {
        if let close = Suggestion.closest(to: setting, among: known, most: 2) { return close }
        let longer = known.filter { $0.hasSuffix("_\(setting)") }.sorted()
        return longer.isEmpty ? nil : longer.reversed().joined(separator: " or ")
    }

    private static func unknownLogin(_ hub: HubFacts) -> [Rule.Fault] {
        guard let name = hub.login.name.value,
            !name.contains("."), !name.contains(":"), !AuthenticatorKind.names.contains(name.lowercased())
        else { return [] }
        return [
            Rule.Fault(
                "there is no login \"\(name.printable)\"",
                advice: Suggestion.advice(for: name, among: AuthenticatorKind.names), at: hub.login.place)
        ]
    }

    private static func otherLogin(_ hub: HubFacts) -> [Rule.Fault] {
        guard let authenticator = hub.login.authenticator, JupyterHubNames.settings(of: authenticator) != nil else {
            return []
        }
        let used = Set(hub.login.classes)
        let files = hub.effective.given.filter { $0.kind != .jsonnet }.map(\.file.exact)
        // A weaker file may well configure the login of other hubs that share it.
        let chosen = files.lastIndex(of: hub.login.place.file.exact) ?? 0
        let own = Set(files.dropFirst(chosen))
        return hub.login.config.pairs.compactMap { name, place, settings in
            guard isLogin(name), !used.contains(name), own.contains(place.file.exact), settings.ifSet != nil
            else { return nil }
            return Rule.Fault(
                "\(name) is configured, but users log in with \(authenticator)",
                advice: "remove it, or change the login",
                at: place, related: [hub.login.place])
        }
    }

    /// Whether it is the class of a login, or one that several are made from.
    private static func isLogin(_ name: String) -> Bool {
        AuthenticatorKind.classNames.contains(name)
            || (name.hasSuffix("Authenticator") && JupyterHubNames.settings(of: name) != nil)
    }

    private static func callback(_ hub: HubFacts) -> [Rule.Fault] {
        guard let domain = hub.network.domain?.value, let address = hub.login.given("oauth_callback_url"),
            let text = address.text, let url = URL(string: text), let host = url.host(),
            // Other hosts of the ingress are right as well, where they can be known.
            hub.network.ingress?.hosts != nil || hub.knowledge.unknownDefaults == nil
        else { return [] }
        let path = hub.network.path + "hub/oauth_callback"
        let advice = "write https://\(domain)\(path.printable)"
        let related = [hub.hub.domain?.location].compactMap { $0 }
        guard
            ([domain] + (hub.network.ingress?.hosts?.list ?? []).map(\.text)).contains(where: { host.isCovered(by: $0) }
            )
        else {
            return [
                Rule.Fault(
                    "oauth_callback_url leads to another host than the hub's domain \(domain)", advice: advice,
                    at: address.location, related: related)
            ]
        }
        guard url.path().exact != path.exact, hub.network.isPathKnown, let place = hub.network.baseURL.place else {
            return []
        }
        return [
            Rule.Fault(
                "oauth_callback_url does not lead to the hub, which is at \(path.printable)", advice: advice,
                at: address.location, related: related + [place])
        ]
    }
}
