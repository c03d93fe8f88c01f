/// The logins that a hub can have.
///
/// Source: the entry points `jupyterhub.authenticators` of the packages named in `JupyterHubNames`.
package enum AuthenticatorKind {
    /// The short names that `JupyterHub.authenticator_class` takes.
    static let names = Set(classes.keys)
    static let classNames = Set(classes.values)

    /// The class of a short name; of a path such as `oauthenticator.github.GitHubOAuthenticator` its last part.
    static func className(_ name: String) -> String {
        if let known = classes[name.lowercased()] { return known }
        return name.split { $0 == "." || $0 == ":" }.last.map(String.init) ?? name
    }

    private static let classes = plain.merging(
        // mediawiki has no such twin.
        plain.filter { $0.value.hasSuffix("OAuthenticator") && $0.key != "mediawiki" }.map {
            ("local-" + $0.key, "Local" + $0.value)
        },
        uniquingKeysWith: { first, _ in first })

    private static let plain = [
        "auth0": "Auth0OAuthenticator", "azuread": "AzureAdOAuthenticator", "bitbucket": "BitbucketOAuthenticator",
        "cilogon": "CILogonOAuthenticator", "default": "PAMAuthenticator", "dummy": "DummyAuthenticator",
        "firstuse": "FirstUseAuthenticator", "firstuseauthenticator": "FirstUseAuthenticator",
        "generic-oauth": "GenericOAuthenticator", "github": "GitHubOAuthenticator",
        "gitlab": "GitLabOAuthenticator", "globus": "GlobusOAuthenticator", "google": "GoogleOAuthenticator",
        "ldap": "LDAPAuthenticator", "ldapauthenticator": "LDAPAuthenticator", "mediawiki": "MWOAuthenticator",
        "native": "NativeAuthenticator", "null": "NullAuthenticator", "openshift": "OpenShiftOAuthenticator",
        "pam": "PAMAuthenticator", "shared-password": "SharedPasswordAuthenticator", "tmp": "TmpAuthenticator",
    ]
}
