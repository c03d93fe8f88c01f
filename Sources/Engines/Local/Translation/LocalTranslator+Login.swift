import FleetModel

extension LocalTranslator {
    /// Logins of the fleet (CILogon, GitHub, …) need an address registered with them, so a hub on this machine has its
    /// own: one password for administrators, one for everybody else.
    mutating func addLogin() {
        begin("Who may log in")
        set("c.JupyterHub.authenticator_class", .expression("LocalAuthenticator"), from: "passwords of this machine")
        set("c.LocalAuthenticator.password_file", .string(context.folder.passwordFile), from: "the hub's folder")
        addAdministrators()
        addUsers()
        addBlockedUsers()
        carry(facts.access.usernamePattern, to: "c.Authenticator.username_pattern")
        carry("hub", "config", "Authenticator", "username_map", to: "c.Authenticator.username_map")
        carry("hub", "config", "JupyterHub", "admin_access", to: "c.JupyterHub.admin_access")
        let login = take(facts.login.name)
        if let name = login.value {
            limit("login with \(name)", "it needs its own address; passwords of this machine", at: login.place)
        }
    }

    /// What the page before the login says of the two passwords.
    var loginFacts: PythonLiteral {
        let allowsAll = settings.sections.contains { $0.settings.contains { $0.name == "c.Authenticator.allow_all" } }
        let names = settings.administrators.map { PythonLiteral.string($0) }
        return .dictionary([("administrators", .list(names)), ("allows_all", .bool(allowsAll))])
    }

    private mutating func addAdministrators() {
        let listed = take(facts.access.administrators)
        var names = listed.value?.names.map(\.value) ?? []
        var source = listed.place.map { "\($0)" } ?? "no administrator is set, so one is made"
        if let staff = facts.access.staff, let people = staff.names?.names, !people.isEmpty {
            source = names.isEmpty ? "\(staff.place)" : "\(source), \(staff.place)"
            names += people.map(\.value)
        }
        if names.isEmpty { names = ["admin"] }
        // JupyterHub knows all names in lower case.
        settings.administrators = names.map { $0.lowercased() }
        set("c.Authenticator.admin_users", .set(names), from: source)
    }

    /// A hub of this machine lets in whom its values allow, and nobody else, even if the list cannot be read; only
    /// without a list may everybody try it. A copy of a hub elsewhere is for trying, so any name may.
    private mutating func addUsers() {
        let allowed = take(facts.access.allowedUsers)
        let names = allowed.value?.names.map(\.value) ?? []
        guard context.isCopy || allowed.given == nil && !hidesAllowedUsers else {
            let source = allowed.place.map { "\($0)" } ?? "an encrypted file, which is not read here"
            set("c.Authenticator.allowed_users", .set(names), from: source)
            return
        }
        set("c.Authenticator.allow_all", .bool(true), from: "any name may try the hub with the users' password")
        if !names.isEmpty { limit("the list of allowed users", "any name may log in", at: allowed.place) }
    }

    /// Nobody logs in as the user of health checks.
    private mutating func addBlockedUsers() {
        let listed = facts.access.blockedUsers
        guard !listed.isUnreadable else { return carry(listed, to: "c.Authenticator.blocked_users") }
        let names = take(listed).value?.names.map(\.value) ?? []
        _ = take(facts.health.username)
        let source = listed.place.map { "\($0), and the user of health checks" } ?? "the user of health checks"
        set("c.Authenticator.blocked_users", .set(names + [facts.health.user]), from: source)
    }

    /// Whether an encrypted file holds the list of allowed users of some login.
    private var hidesAllowedUsers: Bool {
        facts.login.classes.contains { name in
            secretPaths.contains { $0.hasSuffix("hub.config.\(name).allowed_users") }
        }
    }
}
