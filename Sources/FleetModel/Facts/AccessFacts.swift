/// The users who may log in, and the administrators among them.
package struct AccessFacts: Sendable {
    package let administrators: Setting<NameList>
    package let allowedUsers: Setting<NameList>
    package let blockedUsers: Setting<NameList>
    /// The regular expression that names must match.
    package let usernamePattern: Setting<String>
    /// The people of the operator that the chart lets in; nil when it lets in none.
    package let staff: StaffFacts?
    private let login: LoginFacts

    init(_ login: LoginFacts, custom: Value?, hasWholeChart: Bool) {
        self.login = login
        administrators = login.setting("admin_users")
        allowedUsers = login.setting("allowed_users")
        blockedUsers = login.setting("blocked_users")
        usernamePattern = login.setting("username_pattern")
        staff = StaffFacts(custom, login: login, hasWholeChart: hasWholeChart)
    }

    /// Settings that make the members of a group administrators.
    static let administratorGroups = [
        "admin_groups", "admin_google_groups", "admin_globus_groups",
    ]
    /// Settings of which each admits somebody, whatever the login.
    static let admitting =
        [
            "allow_all", "allowed_users", "allow_existing_users", "allowed_organizations", "allowed_google_groups",
            "allowed_groups", "allowed_scopes", "allowed_gitlab_groups", "allowed_project_ids", "allowed_teams",
            "allowed_globus_groups",
        ] + administratorGroups

    /// Whether some user or group is an administrator, as far as can be known.
    package var hasAdministrator: Bool {
        administrators.isSet || Self.administratorGroups.contains { login.given($0) != nil } || staff?.addsNames == true
    }

    /// Whether somebody may log in, as far as can be known: by a list, a group, a switch, as staff, or by Python.
    package var admitsSomebody: Bool {
        Self.admitting.contains { login.given($0).map { $0.flag != false } ?? false }
            || admitsAdministrators || staff?.team.isSet == true || codeAdmits || providersAdmit
    }

    /// Logins of the OAuth family alone let administrators in without a list of users.
    private var admitsAdministrators: Bool {
        login.isOne(of: "OAuthenticator") && (administrators.isSet || staff?.addsNames == true)
    }

    /// Whether Python of the hub's configuration admits somebody, as some charts do for the operator's staff.
    private var codeAdmits: Bool {
        ([login.authenticator].compactMap { $0 } + ["OAuthenticator", "Authenticator"]).contains {
            login.codeContains("c.\($0).allow")
        }
    }

    /// Whether an identity provider of CILogon admits everybody of its own.
    private var providersAdmit: Bool {
        (login.identityProviders?.pairs ?? []).contains {
            $0.value["allow_all"]?.flag == true || $0.value["allowed_domains"]?.ifSet != nil
        }
    }
}
