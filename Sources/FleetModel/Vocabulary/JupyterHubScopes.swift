/// The scopes that roles can give, without their filters.
///
/// Source: `jupyterhub.scopes.scope_definitions` of jupyterhub 5.4.
enum JupyterHubScopes {
    static let names = Set(
        """
        (no_scope) access:servers access:services admin-ui admin:auth_state admin:groups admin:server_state
        admin:servers admin:services admin:users delete:groups delete:servers delete:users groups
        groups:shares inherit list:groups list:services list:users proxy read:groups read:groups:name
        read:groups:shares read:hub read:metrics read:roles read:roles:groups read:roles:services
        read:roles:users read:servers read:services read:services:name read:shares read:tokens read:users
        read:users:activity read:users:groups read:users:name read:users:shares self servers shares shutdown
        tokens users users:activity users:shares
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
