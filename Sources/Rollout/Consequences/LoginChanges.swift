import FleetModel
import Texts

/// Where the hub lets more people in, or gives people more rights on it.
struct LoginChanges: Sendable {
    let hub: HubChanges

    var observations: [Observation] {
        hub.configuration.compactMap { change in
            note(change).map { Observation(.permissionsWiden, change.object.proof(change.field, $0)) }
        }
    }

    private static let chosen = ["hub", "config", "JupyterHub", "authenticator_class"]

    /// The login that the hub has; nil for the one that JupyterHub takes by itself, and for one that is hidden.
    private func login(_ state: RenderedState) -> String? {
        state.hubConfiguration?[Self.chosen].flatMap { $0.isVoid || $0.isHidden ? nil : $0.text }
    }

    private func note(_ change: ConfigurationChange) -> String? {
        guard !change.field.isFormAlone, change.field.after?.kind != .order else { return nil }
        if change.keys == Self.chosen { return chosen(change) }
        if change.isBelow("hub", "loadRoles") {
            let parts = ["scopes", "users", "groups", "services"]
            let isGiven = parts.contains(change.keys.dropFirst(3).first ?? "")
            return isGiven && adds(change.field) ? "a role of the hub gets more" : nil
        }
        if change.isBelow("hub", "services"), change.keys.last == "admin" {
            return isOn(change.field) ? "a service may do anything on the hub" : nil
        }
        guard change.isBelow("hub", "config"), change.keys.count > 3, counts(change.keys[2]) else { return nil }
        return note(change, trait: change.keys[3])
    }

    private func chosen(_ change: ConfigurationChange) -> String? {
        let (old, new) = (login(hub.state.before), login(hub.state.after))
        if let old, let new, AuthenticatorKind.isSame(old, new) { return nil }
        return "another login decides who comes in"
    }

    /// Whether the hub's login looks at the settings of a class.
    private func counts(_ name: String) -> Bool {
        guard name.hasSuffix("Authenticator") || name == "JupyterHub" else { return false }
        guard name != "JupyterHub", let login = login(hub.state.after) else { return true }
        return AuthenticatorKind.classes(of: login)?.contains(name) ?? true
    }

    /// What a setting of a login lets in. Sources: the `allow` and `admin` settings of JupyterHub 5 and oauthenticator 17;
    /// `open_signup` of nativeauthenticator; passwords that all share.
    private func note(_ change: ConfigurationChange, trait: String) -> String? {
        let field = change.field
        let words = "more people may come in"
        switch trait {
        case _ where trait.hasPrefix("blocked_"): return adds(field) && !field.isHidden ? nil : words
        case "hosted_domain": return field.after != nil || field.before != nil ? words : nil
        case "password", "user_password", "admin_password": return field.after.map(Self.isVoid) ?? true ? words : nil
        case "admin_access", "open_signup", "enable_signup": return isOn(field) ? words : nil
        case _ where trait.hasPrefix("admin_"): return adds(field) ? "more people may administrate it" : nil
        case _ where trait.hasPrefix("allow") || trait == "any_allow_config": return adds(field) ? words : nil
        default: return nil
        }
    }

    /// Whether something comes in, or a switch goes on; of what is hidden nobody can tell.
    private func adds(_ field: FieldDifference) -> Bool {
        guard let after = field.after, !Self.isVoid(after) else { return false }
        if field.isHidden { return true }
        // Of a switch that says who comes in, only one position lets people in.
        return after.shown != "false"
    }

    private func isOn(_ field: FieldDifference) -> Bool {
        field.after?.kind == .hidden || field.after?.shown == "true"
    }

    private static func isVoid(_ field: ObjectField) -> Bool {
        ["null", "[]", "{}", "\"\""].contains(field.shown)
    }
}
