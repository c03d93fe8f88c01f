import FleetTesting
import Testing

@testable import FleetModel

/// What settings may hold, in the words of the table that is made from the packages.
@Suite(.tags(.small))
struct SettingKindTests {
    private func mismatches(_ word: String, _ yaml: String) throws -> [String] {
        let value = try #require(YAMLReader.read(yaml, file: "f").root)
        return SettingKind(word).mismatches(in: value).map {
            "\($0.value.location.line):\($0.value.location.column) \($0.wanted)"
        }
    }

    @Test(arguments: [
        ("text", "a"), ("text", "'7'"), ("bool", "yes"), ("bool", "1"), ("int", "7"), ("int", "3600.0"), ("float", "1"),
        ("float", "0.5"), ("bytes", "2G"), ("bytes", "1024"), ("any", "[1]"), ("list", "[1, a]"), ("list(text)", "[a]"),
        ("map(list(text))", "{a: [b]}"), ("text|list(text)", "a"), ("text|list(text)", "[a]"), ("int?", "null"),
        ("one(safe,escape)", "safe"), ("map(list(text)|map(list(text)|map))", "{g: {users: [a], properties: {x: 1}}}"),
        ("list(scalar)", "[1, a]"), ("nonsense", "{}"),
    ])
    func takesWhatItMust(_ word: String, _ yaml: String) throws {
        #expect(try mismatches(word, yaml) == [])
    }

    @Test(arguments: [
        ("text", "7", ["1:1 text"]), ("bool", "'yes'", ["1:1 true or false"]), ("bool", "2", ["1:1 true or false"]),
        ("int", "1.5", ["1:1 a whole number"]), ("int", "'7'", ["1:1 a whole number"]),
        ("float", "x", ["1:1 a number"]),
        ("bytes", "2Gi", ["1:1 an amount such as 2G"]), ("code", "f", ["1:1 a function, which Python alone can give"]),
        ("list(text)", "a", ["1:1 a list of text"]), ("list(text)", "[a, 1, yes]", ["1:5 text", "1:8 text"]),
        ("map(text)", "{a: b, c: 4}", ["1:11 text"]), ("map(list(text))", "{a: [1]}", ["1:6 text"]),
        ("text|list(text)", "[1]", ["1:2 text"]), ("text|list(text)", "{}", ["1:1 text or a list of text"]),
        ("one(safe,escape)", "save", ["1:1 safe or escape"]), ("list(scalar)", "[[a]]", ["1:2 a single value"]),
        ("map(list(text)|map(list(text)|map))", "{g: {users: [7]}}", ["1:14 text"]),
    ])
    func namesWhatItDoesNotTake(_ word: String, _ yaml: String, _ expected: [String]) throws {
        #expect(try mismatches(word, yaml) == expected)
    }

    @Test func knowsThePackages() throws {
        #expect(JupyterHubNames.setting("allowed_users", of: "LocalGitHubOAuthenticator")?.kind == .list(.text))
        #expect(JupyterHubNames.setting("allowed_groups", of: "CILogonOAuthenticator")?.partner == "manage_groups")
        #expect(JupyterHubNames.setting("username_claim", of: "CILogonOAuthenticator")?.successor == "idps")
        #expect(JupyterHubNames.ancestors(of: "LocalGitHubOAuthenticator").first == "LocalAuthenticator")
        #expect(AuthenticatorKind.className("generic-oauth") == "GenericOAuthenticator")
        #expect(JupyterHubScopes.names.contains("access:services"))
        #expect(ProfileKeys.overrides.isSuperset(of: ["mem_limit", "environment", "image", "image_spec"]))
    }

    @Test(arguments: [
        ("extraEnv", "environment"), ("nodeSelector", "node_selector"), ("extra_tolerations", "tolerations"),
        ("extraLabels", "extra_labels"), ("initContainers", "init_containers"),
        ("serviceAccountName", "service_account"),
        ("startTimeout", "start_timeout"), ("extraVolumes", "volumes"),
    ])
    func knowsHowTheSpawnerCallsIt(_ key: String, _ name: String) { #expect(ProfileKeys.spawnerName(of: key) == name) }

    @Test func restrictionsAreToldByTheirWords() {
        for key in ["allowed_teams", "restrictTo", "only_for", "user_groups"] { #expect(ProfileKeys.restricts(key)) }
        for key in ["icon", "category", "display_order", "grouped_by_size"] { #expect(!ProfileKeys.restricts(key)) }
    }
}
