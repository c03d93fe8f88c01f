import FleetModel
import FleetTesting
import Testing
import Texts

@testable import Engines

/// The local engine reads the facts that rules read.
@Suite(.tags(.small))
struct LocalFactsTests {
    private func settings(_ text: String, chart: String = "{}", isCopy: Bool = true) throws -> LocalSettings {
        let layers = [
            Layer(kind: .chart, file: "chart.yaml", values: try SampleHub.tree(chart, "chart.yaml")),
            Layer(kind: .file, file: "f.yaml", values: try SampleHub.tree(text, "f.yaml")),
        ]
        let context = LocalTranslator.Context(
            isCopy: isCopy, revision: SampleHub.folder.revision(1),
            ports: HubPorts(hub: 1, internalHub: 2, proxyAPI: 3, downloads: 4),
            separateAccounts: true)
        let values = EffectiveValues.sample(layers: layers)
        return LocalTranslator.translate(HubFacts(SampleHub.hub, on: .local, effective: values), context: context)
    }

    private func value(_ name: String, in settings: LocalSettings) -> PythonLiteral? {
        settings.sections.flatMap(\.settings).last { $0.name == name }?.value
    }

    @Test(arguments: [
        "staff: {enabled: true, idType: github, ids: {github: [Gus]}}",
        "2i2c: {add_staff_user_ids_to_admin_users: true, add_staff_user_ids_of_type: github, staff_github_ids: [Gus]}",
    ])
    func staffAreAdministrators(_ block: String) throws {
        let text = "jupyterhub: {custom: {\(block)}, hub: {config: {Authenticator: {admin_users: [ada]}}}}"
        let settings = try settings(text)
        #expect(settings.administrators == ["ada", "gus"])
        #expect(value("c.Authenticator.admin_users", in: settings) == .set(["ada", "Gus"]))
        #expect(
            try self.settings(text, chart: "jupyterhub: {custom: {staff: {enabled: false}}}").administrators
                == (block.hasPrefix("staff") ? ["ada", "gus"] : ["ada"]))
    }

    @Test func thePeopleOfTheLoginsOwnClassAreTheAdministrators() throws {
        let settings = try settings(
            """
            jupyterhub: {hub: {config: {JupyterHub: {authenticator_class: github}, GitHubOAuthenticator: \
            {admin_users: [gil], allowed_users: [gal]}, Authenticator: {admin_users: [ada], allowed_users: [abe]}}}}
            """, isCopy: false)
        #expect(settings.administrators == ["gil"])
        #expect(value("c.Authenticator.allowed_users", in: settings) == .set(["gal"]))
    }

    @Test func thePlainChartIsUnderstood() throws {
        let text =
            "{hub: {baseUrl: /x, config: {Authenticator: {admin_users: [ada]}}}, singleuser: {defaultUrl: /tree}}"
        let settings = try settings(text)
        #expect(settings.administrators == ["ada"])
        #expect(value("c.JupyterHub.bind_url", in: settings) == .string("http://127.0.0.1:1/x/"))
        #expect(value("c.Spawner.default_url", in: settings) == .string("/tree"))
    }

    @Test func whatTheSpawnersOwnClassSaysWins() throws {
        let settings = try settings(
            "jupyterhub: {hub: {config: {Spawner: {default_url: /b}, KubeSpawner: {default_url: /c}}}}")
        #expect(value("c.Spawner.default_url", in: settings) == .string("/c"))
    }

    @Test func aSizeThatIsNoneIsToldAndLeftOut() throws {
        let settings = try settings(
            "jupyterhub: {singleuser: {memory: {limit: {a: 1}}, cpu: {limit: 2, guarantee: x}}}")
        #expect(
            settings.limits.map(\.what).filter { $0.hasPrefix("singleuser") } == [
                "singleuser.memory.limit", "singleuser.cpu.guarantee",
            ])
        #expect(
            value("c.Spawner.mem_limit", in: settings) == nil
                && value("c.Spawner.cpu_limit", in: settings) == .integer(2))
    }

    @Test func aListOfProfilesInTheSpawnersOwnClassIsFoundBehindAnEmptyOne() throws {
        let settings = try settings(
            "jupyterhub: {singleuser: {profileList: []}, hub: {config: {KubeSpawner: {profile_list: [{display_name: P}]}}}}"
        )
        #expect(
            value("c.LocalSpawner.profile_list", in: settings) == .list([.dictionary([("display_name", .string("P"))])])
        )
    }
}
