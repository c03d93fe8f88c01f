import Texts

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
            judging: .absence, .hub(nobodyAllowed)),
        Rule(
            "auth/everyone-allowed", .warning, "A login that anyone can have an account for names who is let in.",
            because:
                "With `allow_all` every holder of an account, anywhere in the world, starts servers on the hub's bill.",
            .hub(everyoneAllowed)),
        Rule(
            "auth/no-administrator", .note, "A hub has an administrator.",
            because: "Without one nobody of the community can see who works on the hub, or stop a server.",
            judging: .absence, .hub(noAdministrator)),
        Rule(
            "auth/cilogon-without-idps", .error, "A CILogon login names the identity providers that it admits.",
            because: "Without `idps` (once `allowed_idps`) nobody can log in, or the hub does not start.",
            judging: .absence, .hub(cilogonWithoutProviders)),
    ]

    private static func organizationAndUsers(_ hub: HubFacts) -> [Rule.Fault] {
        guard hub.login.isOne(of: "GitHubOAuthenticator"),
            let organizations = hub.login.given("allowed_organizations"), hub.access.allowedUsers.isSet,
            let users = hub.access.allowedUsers.given
        else { return [] }
        return [
            Rule.Fault(
                "allowed_users stands beside GitHubOAuthenticator.allowed_organizations",
                advice: "make the users members of an organization or team and remove the list, or the organizations",
                at: users.location, related: [organizations.location])
        ]
    }

    private static func adminRefused(_ hub: HubFacts) -> [Rule.Fault] {
        let blocked = Set(hub.access.blockedUsers.users.map(\.name.exact))
        let pattern = hub.access.usernamePattern
        let expression = pattern.compared.flatMap { $0.isEmpty ? nil : UsernamePattern($0) }
        let refused = { (what: String, users: [(name: String, place: SourceLocation)]) in
            users.compactMap { name, place -> Rule.Fault? in
                guard let expression, !expression.matchesStart(of: name.lowercased()) else { return nil }
                return Rule.Fault(
                    "username_pattern does not match this \(what)", advice: "widen the pattern", at: place,
                    related: [pattern.place].compactMap { $0 })
            }
        }
        let administrators = hub.access.administrators.users
        let barred = administrators.filter { blocked.contains($0.name.lowercased().exact) }
        return refused("administrator", administrators) + refused("user", hub.access.allowedUsers.users)
            + barred.map {
                Rule.Fault(
                    "this administrator is on the list blocked_users", advice: "take the name off one of the lists",
                    at: $0.place, related: [hub.access.blockedUsers.place].compactMap { $0 })
            }
    }

    private static func userBlocked(_ hub: HubFacts) -> [Rule.Fault] {
        let blocked = Dictionary(
            hub.access.blockedUsers.users.map { ($0.name.exact, $0.place) }, uniquingKeysWith: { first, _ in first })
        return hub.access.allowedUsers.users.compactMap { name, place in
            guard let twin = blocked[name.lowercased().exact] else { return nil }
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

    private static func nobodyAllowed(_ hub: HubFacts) -> [Rule.Fault] {
        guard !hub.isLocal, let authenticator = hub.login.authenticator, !open.contains(authenticator),
            JupyterHubNames.settings(of: authenticator) != nil, !hub.access.admitsSomebody,
            !AccessFacts.admitting.contains(where: hub.login.isAssigned)
        else { return [] }
        return [
            Rule.Fault(
                "nobody may log in: neither allow_all, nor a list of users, groups or organizations is set",
                advice: "say who may, such as with Authenticator.allowed_users", at: hub.login.place)
        ]
    }

    private static let worldwide = [
        "GitHubOAuthenticator", "GoogleOAuthenticator", "GitLabOAuthenticator", "BitbucketOAuthenticator",
        "GlobusOAuthenticator",
    ]

    private static func everyoneAllowed(_ hub: HubFacts) -> [Rule.Fault] {
        guard let authenticator = hub.login.authenticator, worldwide.contains(authenticator),
            let all = hub.login.given("allow_all"), all.flag == true, hub.login.given("hosted_domain") == nil
        else { return [] }
        return [
            Rule.Fault(
                "anybody with an account of \(authenticator) may log in",
                advice: "name organizations, groups, domains or users instead", at: all.location)
        ]
    }

    private static func noAdministrator(_ hub: HubFacts) -> [Rule.Fault] {
        guard let authenticator = hub.login.authenticator, !hub.isLocal,
            !["NullAuthenticator", "TmpAuthenticator", "DummyAuthenticator"].contains(authenticator),
            !hub.access.hasAdministrator, !hub.login.isAssigned("admin_users"),
            !AccessFacts.administratorGroups.contains(where: hub.login.isAssigned)
        else { return [] }
        return [
            Rule.Fault("this hub has no administrator", advice: "set Authenticator.admin_users", at: hub.hub.location)
        ]
    }

    private static func cilogonWithoutProviders(_ hub: HubFacts) -> [Rule.Fault] {
        guard hub.login.isOne(of: "CILogonOAuthenticator"), hub.login.identityProviders == nil,
            !hub.login.isAssigned("idps"), !hub.login.isAssigned("allowed_idps")
        else { return [] }
        return [
            Rule.Fault(
                "CILogonOAuthenticator names no identity providers: idps is missing",
                advice: "name the identity providers by their addresses",
                at: hub.login.place)
        ]
    }
}
