/// Rules about who may log in.
enum AccessRules {
    static let rules = [
        Rule(
            "auth/organization-and-users", .error,
            "A hub that admits GitHub organizations lists no users beside them.",
            because: "It is easily read as \"members who are also on the list\", and in older releases of the login it "
                + "meant just that: members of the organization were refused.",
            .hub(organizationAndUsers)),
        Rule(
            "auth/admin-refused", .error, "No administrator or allowed user is refused by the rules for names.",
            because: "The hub does not start when `username_pattern` refuses one of them, and an administrator on "
                + "`blocked_users` cannot log in.",
            .hub(adminRefused)),
        Rule(
            "auth/user-blocked", .warning, "No user is on the list of allowed users and on the blocked one.",
            because: "The blocked list wins, and the allowed one says otherwise.", .hub(userBlocked)),
        Rule(
            "auth/nobody-allowed", .error, "Somebody may log in.",
            because: "Since version 5 JupyterHub admits nobody who is not named by a list, a group or `allow_all`.",
            .hub(nobodyAllowed)),
        Rule(
            "auth/everyone-allowed", .warning, "A login that anyone can have an account for names who is let in.",
            because:
                "With `allow_all` every holder of an account, anywhere in the world, starts servers on the hub's bill.",
            .hub(everyoneAllowed)),
        Rule(
            "auth/no-administrator", .note, "A hub has an administrator.",
            because: "Without one nobody of the community can see who works on the hub, or stop a server.",
            .hub(noAdministrator)),
        Rule(
            "auth/cilogon-without-idps", .error, "A CILogon login names the identity providers that it admits.",
            because: "Without `idps` (once `allowed_idps`) nobody can log in, or the hub does not start.",
            .hub(cilogonWithoutProviders)),
        Rule(
            "auth/cilogon-derivation", .error, "Each identity provider of CILogon says how names are made.",
            because: "The hub does not start without `username_derivation.username_claim`; and names of two providers "
                + "that are made alike let one user take the other's home.",
            .hub(cilogonDerivation)),
    ]

    private static func organizationAndUsers(_ hub: HubSettings) -> [Rule.Fault] {
        guard hub.logsIn(with: "GitHubOAuthenticator"),
            let organizations = hub.config["GitHubOAuthenticator", "allowed_organizations"]?.ifSet,
            let users = hub.login("allowed_users")
        else { return [] }
        return [
            Rule.Fault(
                "allowed_users stands beside GitHubOAuthenticator.allowed_organizations",
                advice: "make the users members of an organization or team and remove the list, or the organizations",
                at: users.location, related: [organizations.location])
        ]
    }

    private static func adminRefused(_ hub: HubSettings) -> [Rule.Fault] {
        let blocked = Set(hub.loginList("blocked_users").compactMap(\.name))
        let pattern = hub.login("username_pattern")
        let expression = pattern?.text.flatMap(UsernamePattern.init)
        let refused = { (what: String, users: [(name: String?, place: SourceLocation)]) in
            users.compactMap { name, place -> Rule.Fault? in
                guard let pattern, let expression, let name, !expression.matchesStart(of: name.lowercased()) else {
                    return nil
                }
                return Rule.Fault(
                    "username_pattern does not match this \(what)", advice: "widen the pattern", at: place,
                    related: [pattern.location])
            }
        }
        let administrators = hub.loginList("admin_users")
        let barred = administrators.filter { $0.name.map { blocked.contains($0.lowercased()) } ?? false }
        return refused("administrator", administrators) + refused("user", hub.loginList("allowed_users"))
            + barred.map {
                Rule.Fault(
                    "this administrator is on the list blocked_users", advice: "take the name off one of the lists",
                    at: $0.place, related: [hub.login("blocked_users")?.location].compactMap { $0 })
            }
    }

    private static func userBlocked(_ hub: HubSettings) -> [Rule.Fault] {
        let blocked = Dictionary(
            hub.loginList("blocked_users").compactMap { user in user.name.map { ($0, user.place) } },
            uniquingKeysWith: { first, _ in first })
        return hub.loginList("allowed_users").compactMap { name, place in
            guard let twin = name.flatMap({ blocked[$0.lowercased()] }) else { return nil }
            return Rule.Fault(
                "this user is allowed and blocked", advice: "take the name off one of the lists", at: place,
                related: [twin])
        }
    }

    /// Logins that admit everybody by default, or nobody on purpose, or decide by themselves.
    private static let open = [
        "NullAuthenticator", "TmpAuthenticator", "DummyAuthenticator", "FirstUseAuthenticator", "NativeAuthenticator",
        "LTI11Authenticator", "LTI13Authenticator",
    ]
    /// Settings of which each admits somebody. That of administrators does with logins of the OAuth family alone.
    private static let admitting = [
        "allow_all", "allowed_users", "allow_existing_users", "allowed_organizations", "allowed_google_groups",
        "admin_google_groups", "allowed_groups", "admin_groups", "allowed_scopes", "allowed_gitlab_groups",
        "allowed_project_ids", "allowed_teams", "allowed_globus_groups", "admin_globus_groups",
    ]

    private static func nobodyAllowed(_ hub: HubSettings) -> [Rule.Fault] {
        guard !hub.isLocal, let authenticator = hub.authenticator, !open.contains(authenticator),
            JupyterHubNames.settings(of: authenticator) != nil,
            !admitting.contains(where: { name in hub.login(name).map { $0.flag != false } ?? false }),
            !(hub.logsIn(with: "OAuthenticator") && hub.login("admin_users") != nil),
            !hub.codeAllows(authenticator),
            // Providers of CILogon may admit everybody of theirs.
            !(hub.identityProviders?.pairs ?? []).contains(where: {
                $0.value["allow_all"]?.flag == true || $0.value["allowed_domains"]?.ifSet != nil
            })
        else { return [] }
        return [
            Rule.Fault(
                "nobody may log in: neither allow_all, nor a list of users, groups or organizations is set",
                advice: "say who may, such as with Authenticator.allowed_users", at: hub.authenticatorPlace)
        ]
    }

    private static let worldwide = [
        "GitHubOAuthenticator", "GoogleOAuthenticator", "GitLabOAuthenticator", "BitbucketOAuthenticator",
        "GlobusOAuthenticator",
    ]

    private static func everyoneAllowed(_ hub: HubSettings) -> [Rule.Fault] {
        guard let authenticator = hub.authenticator, worldwide.contains(authenticator),
            let all = hub.login("allow_all"), all.flag == true, hub.login("hosted_domain") == nil
        else { return [] }
        return [
            Rule.Fault(
                "anybody with an account of \(authenticator) may log in",
                advice: "name organizations, groups, domains or users instead", at: all.location)
        ]
    }

    private static func noAdministrator(_ hub: HubSettings) -> [Rule.Fault] {
        guard let authenticator = hub.authenticator, !hub.isLocal,
            !["NullAuthenticator", "TmpAuthenticator", "DummyAuthenticator"].contains(authenticator),
            !["admin_users", "admin_groups", "admin_google_groups"].contains(where: { hub.login($0) != nil }),
            !hub.addsStaff
        else { return [] }
        return [
            Rule.Fault("this hub has no administrator", advice: "set Authenticator.admin_users", at: hub.hub.location)
        ]
    }

    private static func cilogonWithoutProviders(_ hub: HubSettings) -> [Rule.Fault] {
        guard hub.logsIn(with: "CILogonOAuthenticator"), hub.identityProviders == nil else { return [] }
        return [
            Rule.Fault(
                "CILogonOAuthenticator names no identity providers: idps is missing",
                advice: "name the identity providers by their addresses",
                at: hub.authenticatorPlace)
        ]
    }

    private static func cilogonDerivation(_ hub: HubSettings) -> [Rule.Fault] {
        guard hub.logsIn(with: "CILogonOAuthenticator"), let providers = hub.identityProviders else { return [] }
        var derivations: [String: SourceLocation] = [:]
        var faults: [Rule.Fault] = []
        for (name, place, provider) in providers.pairs {
            guard let claim = provider["username_derivation", "username_claim"]?.ifSet else {
                faults.append(
                    Rule.Fault(
                        "\(name) does not say how names are made",
                        advice: "set username_derivation.username_claim, such as to email", at: place))
                continue
            }
            // An address belongs to one person, whoever confirms it; other claims are names within one provider.
            let derivation = provider["username_derivation"]?.ifSet
            guard derivation?["action"]?.ifSet == nil, let text = claim.text, text != "email", text != "eppn" else {
                continue
            }
            if let twin = derivations[text] {
                faults.append(
                    Rule.Fault(
                        "two identity providers make names from \(claim.oneLine(limit: 40)), so their users can meet",
                        advice: "give one of them `action: prefix` with a prefix of its own", at: place, related: [twin]
                    ))
            } else {
                derivations[text] = place
            }
        }
        return faults
    }
}

extension HubSettings {
    /// `idps`, or `allowed_idps` as it was called before.
    fileprivate var identityProviders: Value? { login("idps") ?? login("allowed_idps") }

    /// Whether Python of the hub's configuration admits somebody, as some charts do for the operator's staff.
    fileprivate func codeAllows(_ authenticator: String) -> Bool {
        let settings = ["c.\(authenticator).allow", "c.OAuthenticator.allow", "c.Authenticator.allow"]
        return addsStaff || code.contains { text in settings.contains { text.contains($0) } }
    }

    /// Whether the chart makes the operator's staff administrators.
    fileprivate var addsStaff: Bool {
        jupyterhub["custom", "2i2c", "add_staff_user_ids_to_admin_users"]?.flag == true
    }
}
