import FleetTesting
import Foundation
import Testing

@testable import FleetModel

/// The operator's people, by the keys of basehub and by those of older charts.
@Suite(.tags(.small))
struct StaffFactsTests {
    static let github = "hub: {config: {JupyterHub: {authenticator_class: github}}}"
    static let newDefaults = "{custom: {staff: {enabled: false, idType: \"\", ids: {}, githubTeam: \"\"}}}"
    static let oldDefaults = """
        {custom: {2i2c: {add_staff_user_ids_to_admin_users: false, add_staff_user_ids_of_type: "", \
        staff_github_ids: [gus, gia]}}}
        """
    static let newKeys = "{enabled: true, idType: github, ids: {github: [gus, gia], google: [gus@example.org]}}"
    static let oldKeys = "{add_staff_user_ids_to_admin_users: true, add_staff_user_ids_of_type: github}"

    private func names(_ facts: HubFacts) -> [String]? { facts.access.staff?.names?.names.map(\.value) }

    /// With and without the keys in the chart's defaults.
    @Test(arguments: [
        ("{custom: {staff: \(newKeys)}}", "{}"), ("{custom: {staff: \(newKeys)}}", newDefaults),
        ("{custom: {2i2c: \(oldKeys)}}", oldDefaults),
        ("{custom: {operator: \(oldKeys)}}", "{custom: {operator: {staff_github_ids: [gus, gia]}}}"),
        ("{custom: {staff: \(newKeys), 2i2c: \(oldKeys)}}", newDefaults),
    ])
    func staffBecomeAdministrators(_ values: String, chart: String) throws {
        let text = values.dropLast() + ", \(Self.github)}"
        let facts = try FactsSample.jupyterhub(String(text), chart: chart)
        #expect(names(facts) == ["gus", "gia"])
        #expect(facts.access.hasAdministrator && facts.access.admitsSomebody)
        let rules = RuleBook.findings(for: facts).map(\.rule)
        #expect(!rules.contains("auth/nobody-allowed") && !rules.contains("auth/no-administrator"), "\(rules)")
    }

    @Test(arguments: [
        ("{custom: {staff: {enabled: false, idType: github, ids: {github: [gus]}}}}", newDefaults),
        ("{custom: {staff: {enabled: true, idType: orcid, ids: {github: [gus]}}}}", newDefaults),
        ("{custom: {staff: {enabled: true, ids: {github: [gus]}}}}", newDefaults),
        // The chart has the newer keys, so it reads no older ones.
        (
            "{custom: {2i2c: {add_staff_user_ids_to_admin_users: true, add_staff_user_ids_of_type: github, staff_github_ids: [gus]}}}",
            newDefaults
        ),
        ("{custom: {2i2c: {add_staff_user_ids_of_type: github}}}", oldDefaults),
        ("{custom: {2i2c: {add_staff_user_ids_to_admin_users: true, add_staff_user_ids_of_type: orcid}}}", oldDefaults),
    ])
    func withoutASwitchOrAListThereIsNoStaff(_ values: String, chart: String) throws {
        let facts = try FactsSample.jupyterhub(String(values.dropLast() + ", \(Self.github)}"), chart: chart)
        #expect((names(facts) ?? []).isEmpty)
        #expect(!facts.access.hasAdministrator && !facts.access.admitsSomebody)
        let rules = RuleBook.findings(for: facts).map(\.rule)
        #expect(rules.contains("auth/nobody-allowed") && rules.contains("auth/no-administrator"), "\(rules)")
    }

    /// The list may be in a chart that is not here.
    @Test func aListThatIsNotAtHandIsNotJudged() throws {
        let facts = try FactsSample.facts(
            "jupyterhub: {custom: {2i2c: \(Self.oldKeys)}, \(Self.github)}", hasTemplates: false)
        #expect(facts.access.staff != nil && facts.access.staff?.names == nil)
        #expect(facts.access.hasAdministrator && facts.access.admitsSomebody)
    }

    @Test func theTeamComesInThroughGitHubAlone() throws {
        for (login, isIn) in [
            ("github", true), ("oauthenticator.github.LocalGitHubOAuthenticator", true), ("google", false),
        ] {
            let facts = try FactsSample.jupyterhub(
                """
                {custom: {staff: {enabled: true, githubTeam: "org:team"}}, \
                hub: {config: {JupyterHub: {authenticator_class: \(login)}}}}
                """)
            #expect(facts.access.staff?.team.value == (isIn ? "org:team" : nil), "\(login)")
            #expect(facts.access.admitsSomebody == isIn, "\(login)")
            #expect(!facts.access.hasAdministrator)
        }
    }

    @Test func staffOfAnEncryptedFileCountsAndIsNotShown() throws {
        let facts = try FactsSample.jupyterhub(
            "{custom: {staff: {enabled: true, idType: github}}, \(Self.github)}", chart: Self.newDefaults,
            secret: "{custom: {staff: {ids: {github: [canary-0006]}}}}")
        #expect(facts.access.hasAdministrator && facts.access.admitsSomebody)
        #expect(names(facts) == [] && names(facts.removingSecrets().facts) == [])
        #expect(!"\(facts.access)".contains("canary"))
    }
}

/// What `staff.py` of the chart makes of settings, and what the facts say of them.
@Suite(.tags(.medium), .needsChartTools)
struct StaffPythonTests {
    private static let script = """
        import json, sys, types

        sys.path.insert(0, sys.argv[1])
        values = {}
        z2jh = types.ModuleType("z2jh")

        def get_config(key, default=None):
            value = values
            for part in key.split("."):
                if not isinstance(value, dict) or part not in value:
                    return default
                value = value[part]
            return value

        z2jh.get_config = get_config
        sys.modules["z2jh"] = z2jh

        from basehub import staff
        from oauthenticator.cilogon import CILogonOAuthenticator
        from oauthenticator.github import GitHubOAuthenticator, LocalGitHubOAuthenticator
        from oauthenticator.google import GoogleOAuthenticator
        from traitlets.config import Config

        classes = {
            "github": GitHubOAuthenticator, "local-github": LocalGitHubOAuthenticator,
            "google": GoogleOAuthenticator,
        }
        answers = []
        for case in json.load(sys.stdin):
            values.clear()
            values.update(case)
            config = Config(case["hub"]["config"])
            staff.configure(config)
            hub = classes[case["hub"]["config"]["JupyterHub"]["authenticator_class"]](config=config)
            answers.append([sorted(hub.admin_users), sorted(getattr(hub, "allowed_organizations", []))])
        print(json.dumps(answers))
        """

    private static var cases: [String] {
        var cases: [String] = []
        let blocks = [
            "{}", #"{"enabled": false, "idType": "github", "ids": {"github": ["gus"]}, "githubTeam": "o:t"}"#,
            #"{"enabled": true, "idType": "github", "ids": {"github": ["gus", "gia"]}, "githubTeam": "o:t"}"#,
            #"{"enabled": true, "idType": "google", "ids": {"github": ["gus"]}, "githubTeam": ""}"#,
            #"{"enabled": true, "idType": "", "ids": {}, "githubTeam": "o:t"}"#,
            #"{"enabled": true, "idType": null, "ids": null, "githubTeam": null}"#,
        ]
        let configs = [
            "", #", "Authenticator": {"admin_users": ["ada"]}"#,
            #", "OAuthenticator": {"admin_users": ["bob"]}, "Authenticator": {"admin_users": ["ada"]}"#,
            #", "GitHubOAuthenticator": {"admin_users": [], "allowed_organizations": ["x"]}, "Authenticator": {"admin_users": ["ada"]}"#,
        ]
        for login in ["github", "local-github", "google"] {
            for block in blocks {
                for config in configs {
                    cases.append(
                        """
                        {"custom": {"staff": \(block)}, "hub": {"config": \
                        {"JupyterHub": {"authenticator_class": "\(login)"}\(config)}}}
                        """)
                }
            }
        }
        return cases
    }

    @Test func theFactsAreWhatTheChartDoes() throws {
        let folder = try TemporaryFolder().write(["ask.py": Self.script])
        let python = Process()
        python.executableURL = URL(filePath: RealThings.chartPython)
        python.arguments = [folder.path + "/ask.py", RealThings.packageRoot + "/helm-charts/basehub/files"]
        let (input, output) = (Pipe(), Pipe())
        (python.standardInput, python.standardOutput, python.standardError) = (input, output, FileHandle.nullDevice)
        try python.run()
        input.fileHandleForWriting.write(Data("[\(Self.cases.joined(separator: ","))]".utf8))
        try input.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        python.waitUntilExit()
        let answers = try JSONDecoder().decode([[[String]]].self, from: data)
        try #require(answers.count == Self.cases.count)
        for (text, answer) in zip(Self.cases, answers) {
            let access = try FactsSample.jupyterhub(text).access
            let names = access.administrators.value?.names.map(\.value) ?? []
            let administrators = Set(names + (access.staff?.names?.names.map(\.value) ?? []))
            #expect(administrators.sorted() == answer[0], "\(text)")
            #expect(answer[1].contains("o:t") == access.staff?.team.isSet ?? false, "\(text)")
            #expect(access.hasAdministrator == !answer[0].isEmpty, "\(text)")
        }
    }
}
