import FleetTesting
import Testing
import Texts

@testable import FleetModel

@Suite(.tags(.small))
struct LoginFactsTests {
    private func config(_ text: String, code: String = "{}") throws -> HubFacts {
        try FactsSample.jupyterhub("{hub: {config: \(text), extraConfig: \(code)}}")
    }

    /// As in JupyterHub, where the configuration of a class hides that of the classes it is made from.
    @Test(arguments: [
        ("GitHubOAuthenticator: {admin_users: [a]}, Authenticator: {admin_users: [b]}", ["a"]),
        ("OAuthenticator: {admin_users: [a]}, Authenticator: {admin_users: [b]}", ["a"]),
        ("GitHubOAuthenticator: {admin_users: []}, Authenticator: {admin_users: [b]}", []),
        ("GitHubOAuthenticator: {admin_users: ~}, Authenticator: {admin_users: [b]}", ["b"]),
        ("GoogleOAuthenticator: {admin_users: [a]}, Authenticator: {admin_users: [b]}", ["b"]),
        ("GitHubOAuthenticator: {}", nil),
    ])
    func theMostSpecificClassWins(_ text: String, names: [String]?) throws {
        let facts = try config("{JupyterHub: {authenticator_class: github}, \(text)}")
        #expect(facts.access.administrators.value?.names.map(\.value) == names)
        #expect(facts.access.hasAdministrator == (names?.isEmpty == false))
    }

    @Test func aLoginThatPythonSetsIsUnknown() throws {
        let code = #"{a: "c.JupyterHub.authenticator_class = 'x'"}"#
        let facts = try config("{JupyterHub: {authenticator_class: github}}", code: code)
        #expect(facts.login.authenticator == nil)
        #expect(facts.login.name.value == "github")
        #expect(!facts.login.isOne(of: "GitHubOAuthenticator", "Authenticator"))
        #expect(try config("{JupyterHub: {authenticator_class: github}}").login.isOne(of: "OAuthenticator"))
    }

    @Test(arguments: [
        ("github", "Authenticator: {allowed_users: [a]}", true),
        ("github", "Authenticator: {allowed_users: []}", false),
        ("github", "GitHubOAuthenticator: {allow_all: true}", true),
        ("github", "GitHubOAuthenticator: {allow_all: false}", false),
        ("github", "Authenticator: {admin_users: [a]}", true), ("pam", "Authenticator: {admin_users: [a]}", false),
        ("globus", "GlobusOAuthenticator: {admin_globus_groups: [g]}", true),
        ("cilogon", "CILogonOAuthenticator: {idps: {x: {allow_all: true}}}", true),
        ("cilogon", "CILogonOAuthenticator: {idps: {x: {allow_all: false}}}", false),
    ])
    func somebodyIsAdmitted(_ name: String, text: String, isAdmitted: Bool) throws {
        let facts = try config("{JupyterHub: {authenticator_class: \(name)}, \(text)}")
        #expect(facts.access.admitsSomebody == isAdmitted)
    }

    @Test func administratorsOfAGroupAreAdministrators() throws {
        for setting in ["admin_groups", "admin_google_groups", "admin_globus_groups"] {
            let facts = try config(
                "{JupyterHub: {authenticator_class: globus}, GlobusOAuthenticator: {\(setting): [g]}}")
            #expect(facts.access.hasAdministrator, "\(setting)")
        }
    }

    /// A list in an encrypted file admits and names nobody aloud.
    @Test func hiddenNamesCountAndAreNotShown() throws {
        let facts = try FactsSample.jupyterhub(
            "{hub: {config: {JupyterHub: {authenticator_class: github}}}}",
            secret: "{hub: {config: {Authenticator: {admin_users: [canary-0004], allowed_users: canary-0005}}}}")
        let access = facts.access
        #expect(access.hasAdministrator && access.admitsSomebody)
        #expect(access.administrators.value?.names == [] && access.administrators.value?.isEmpty == false)
        #expect(access.administrators.users.map(\.name) == ["canary-0004"])
        #expect(access.allowedUsers.value == nil && access.allowedUsers.users.map(\.name) == ["canary-0005"])
        let clear = facts.removingSecrets().facts.access
        #expect(clear.administrators.users.isEmpty && !clear.hasAdministrator)
    }

    /// Whoever prints facts prints no secret, wherever it stands.
    @Test func noFactShowsASecret() throws {
        let facts = try FactsSample.facts(
            "{}",
            secret: """
                {jupyterhub: {hub: {config: {JupyterHub: {authenticator_class: canary-a}, Authenticator: {admin_users: \
                [canary-b]}, DummyAuthenticator: {password: canary-c}}, extraConfig: {x: canary-d}, services: {s: {name: \
                canary-e}}, loadRoles: {r: {name: canary-f, scopes: [canary-g]}}}, singleuser: {image: {name: canary-h}, \
                memory: {limit: canary-i}, profileList: [{display_name: canary-j}]}, ingress: {enabled: true, hosts: \
                [canary-k]}, custom: {staff: {enabled: true, githubTeam: canary-l}}}}
                """)
        #expect(!"\(facts)".contains("canary"))
        #expect(facts.services.has(service: "canary-e") && !facts.services.names.contains("canary-e"))
    }
}
