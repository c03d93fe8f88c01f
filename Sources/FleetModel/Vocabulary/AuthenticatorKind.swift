/// The logins that a hub can have.
package enum AuthenticatorKind {
    /// The short names that `JupyterHub.authenticator_class` takes.
    static let names = Set(SettingTable.packaged.logins.keys)
    static let classNames = Set(SettingTable.packaged.logins.values)

    /// The class of a short name; of a path such as `oauthenticator.github.GitHubOAuthenticator` its last part.
    static func className(_ name: String) -> String {
        if let known = SettingTable.packaged.logins[name.lowercased()] { return known }
        return name.split { $0 == "." || $0 == ":" }.last.map(String.init) ?? name
    }

    /// The classes whose settings count for a login: its own and those that it is made from.
    ///
    /// - Parameter name: as `JupyterHub.authenticator_class` takes it.
    /// - Returns: nil for a login that is not known here, for which any may count.
    package static func classes(of name: String) -> Set<String>? {
        let own = className(name)
        guard let ancestors = SettingTable.packaged.ancestors[own] else { return nil }
        return Set([own] + ancestors)
    }

    /// Whether two names are of one login, such as a short one and that of its class.
    package static func isSame(_ one: String, _ other: String) -> Bool { className(one) == className(other) }
}
