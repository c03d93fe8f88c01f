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
}
