import FleetTesting
import Testing

@testable import FleetModel

/// Where charts put the values of JupyterHub.
@Suite(.tags(.small))
struct HubValuesTests {
    private static let values = "{hub: {db: {type: sqlite-pvc}}}"

    private func values(_ chart: Chart, _ text: String) throws -> HubValues {
        let given = Layer(kind: .file, file: "hub.yaml", values: try FactsSample.tree(text, "hub.yaml"))
        return HubValues(EffectiveValues(chart: chart, given: [given]))
    }

    private func expect(
        _ chart: Chart, _ text: String, prefix: [String], sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws {
        let values = try values(chart, text)
        #expect(values.prefix == prefix, sourceLocation: sourceLocation)
        #expect(values.jupyterhub["hub", "db", "type"]?.string == "sqlite-pvc", sourceLocation: sourceLocation)
    }

    @Test func thePlainChartHasThemAtTheTop() throws {
        try expect(Chart(key: "jupyterhub"), Self.values, prefix: [])
        try expect(Chart(key: "hub-of-earth"), Self.values, prefix: [])
    }

    @Test func aChartAroundItHasThemBelowItsName() throws {
        let jupyterhub = Chart.Dependency(Chart(key: "jupyterhub"))
        try expect(
            Chart(key: "basehub", dependencies: [jupyterhub]), "jupyterhub: \(Self.values)", prefix: ["jupyterhub"])
        // A chart whose dependencies are not known.
        try expect(Chart(key: "basehub"), "jupyterhub: \(Self.values)", prefix: ["jupyterhub"])
    }

    @Test func aChartAroundThatChartIsLookedThrough() throws {
        let basehub = Chart(key: "basehub", dependencies: [Chart.Dependency(Chart(key: "jupyterhub"))])
        let daskhub = Chart(key: "daskhub", dependencies: [Chart.Dependency(basehub)])
        try expect(daskhub, "basehub: {jupyterhub: \(Self.values)}", prefix: ["jupyterhub"])
        try expect(Chart(key: "daskhub"), "basehub: {jupyterhub: \(Self.values)}", prefix: ["jupyterhub"])
    }

    /// Keys of another chart's own are not taken for JupyterHub's.
    @Test func anotherChartsOwnKeysAreItsOwn() throws {
        let umbrella = Chart(key: "campus", dependencies: [Chart.Dependency(Chart(key: "jupyterhub"))])
        let values = try values(umbrella, "{hub: {db: {type: postgres}}, ingress: {enabled: true}}")
        #expect(values.prefix == ["jupyterhub"])
        #expect(values.jupyterhub["hub", "db"] == nil)
        #expect(try self.values(Chart(key: "wiki"), "{ingress: {enabled: true}}").jupyterhub["ingress"] == nil)
    }

    @Test func valuesThatAreNoMapAreNone() throws {
        #expect(try values(Chart(key: "basehub"), "jupyterhub: text").jupyterhub.map?.isEmpty == true)
        #expect(try values(Chart(key: "basehub"), "{}").jupyterhub.map?.isEmpty == true)
    }

    /// All readers of facts understand each of them alike.
    @Test func theFactsOfThePlainChartAreThoseOfAChartAroundIt() throws {
        let text = """
            {hub: {config: {JupyterHub: {authenticator_class: github}, Authenticator: {admin_users: [ada]}}}, \
            singleuser: {image: {name: i, tag: "1"}, memory: {limit: 1G}}, cull: {timeout: 60}, ingress: {enabled: true}}
            """
        let plain = try FactsSample.facts(text)
        let nested = try FactsSample.jupyterhub(text)
        for facts in [plain, nested] {
            #expect(facts.login.authenticator == "GitHubOAuthenticator")
            #expect(facts.access.administrators.value?.names.map(\.value) == ["ada"])
            #expect(facts.servers.images.map(\.text) == ["i:1"])
            #expect(facts.servers.resources.map { $0.memoryLimit?.number } == [1_073_741_824])
            #expect(facts.culling.timeout.value == 60)
            #expect(facts.network.ingress != nil)
        }
    }
}
