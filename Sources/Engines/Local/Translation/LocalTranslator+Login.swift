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
        carry("hub", "config", "Authenticator", "blocked_users", to: "c.Authenticator.blocked_users")
        carry("hub", "config", "Authenticator", "username_pattern", to: "c.Authenticator.username_pattern")
        carry("hub", "config", "Authenticator", "username_map", to: "c.Authenticator.username_map")
        carry("hub", "config", "JupyterHub", "admin_access", to: "c.JupyterHub.admin_access")
        if let authenticator = take("hub", "config", "JupyterHub", "authenticator_class"),
            let name = authenticator.string
        {
            limit(
                "login with \(name)", "it needs its own address; passwords of this machine",
                at: authenticator.location)
        }
    }

    private mutating func addAdministrators() {
        let listed = take("hub", "config", "Authenticator", "admin_users")
        var names = listed?.names ?? []
        var source = listed.map { "\($0.location)" } ?? "no administrator is set, so one is made"
        if let staff = staff(), !staff.names.isEmpty {
            source = names.isEmpty ? "\(staff.location)" : "\(source), \(staff.location)"
            names += staff.names
        }
        if names.isEmpty { names = ["admin"] }
        // JupyterHub knows all names in lower case.
        settings.administrators = names.map { $0.lowercased() }
        set("c.Authenticator.admin_users", .set(names), from: source)
    }

    /// The operator's staff, which charts add to the administrators when a block below `custom` says so with
    /// `add_staff_user_ids_to_admin_users`; its names stand beside it.
    private func staff() -> (names: [String], location: SourceLocation)? {
        for (_, block) in values["custom"]?.map ?? ValueMap() {
            guard block["add_staff_user_ids_to_admin_users"]?.bool == true,
                let type = block["add_staff_user_ids_of_type"]?.string, let names = block["staff_\(type)_ids"]
            else { continue }
            return (names.names, names.location)
        }
        return nil
    }

    /// A hub of this machine lets in whom its values allow, and nobody else, even if the list cannot be read; only
    /// without a list may everybody try it. A copy of a hub elsewhere is for trying, so any name may.
    private mutating func addUsers() {
        let path = ["hub", "config", "Authenticator", "allowed_users"]
        let allowed = take(path: path)
        let isSecret = secretPaths.contains { $0.hasSuffix(path.joined(separator: ".")) }
        guard context.isCopy || allowed == nil && !isSecret else {
            let source = allowed.map { "\($0.location)" } ?? "an encrypted file, which is not read here"
            set("c.Authenticator.allowed_users", .set(allowed?.names ?? []), from: source)
            return
        }
        set("c.Authenticator.allow_all", .bool(true), from: "any name may try the hub with the users' password")
        if let allowed, !allowed.names.isEmpty {
            limit("the list of allowed users", "any name may log in", at: allowed.location)
        }
    }
}

extension Value {
    /// User names: a list of them, or one; numbers count as text.
    fileprivate var names: [String] { (list ?? [self]).compactMap(\.asText).filter { !$0.isEmpty } }
}
