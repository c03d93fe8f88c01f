import BuiltIn
import FleetModel
import FleetTesting
import Testing

@testable import Provisioning

/// The facts of a hub are the same before and after its import.
@Suite(.tags(.small))
struct ImportedFactsTests {
    private static let oldChart = """
        jupyterhub:
          custom:
            2i2c:
              add_staff_user_ids_to_admin_users: false
              add_staff_user_ids_of_type: ""
              staff_github_ids: [gus, gia]
              staff_google_ids: [gus@example.org]
        """

    private static let file = """
        jupyterhub:
          custom:
            2i2c:
              add_staff_user_ids_to_admin_users: true
              add_staff_user_ids_of_type: google
          hub:
            config:
              JupyterHub: {authenticator_class: google}
        """

    private func facts(_ text: String, chart: String) throws -> HubFacts {
        let place = SourceLocation(file: "cluster.yaml")
        let hub = Hub(
            name: Located("prod", at: place), cluster: "earth", displayName: nil, domain: nil, domainOverrideFile: nil,
            expectedStatus: nil, chart: Located("basehub", at: place), valuesFiles: [], chartOverride: nil,
            location: place)
        let layers = [
            Layer(
                kind: .chart, file: "chart.yaml", values: try #require(YAMLReader.read(chart, file: "chart.yaml").root)),
            Layer(kind: .file, file: "hub.yaml", values: try #require(YAMLReader.read(text, file: "hub.yaml").root)),
        ]
        return HubFacts(hub, on: .gcp, effective: .sample(layers: layers))
    }

    @Test func staffStayAdministrators() throws {
        let path = "helm-charts/basehub/values.yaml"
        let own = try #require(BuiltInFiles.texts(below: "helm-charts/basehub/")["values.yaml"])
        let chart = OperatorDefaults(own, from: Self.oldChart, file: path).text
        let file = KeyTranslation(Self.file, file: "hub.yaml", changes: KeyChange.basehub).text
        let (before, after) = (try facts(Self.file, chart: Self.oldChart), try facts(file, chart: chart))
        for facts in [before, after] {
            #expect(facts.access.staff?.names?.names.map(\.value) == ["gus@example.org"])
            #expect(facts.access.hasAdministrator && facts.access.admitsSomebody)
        }
        // Without the translation the chart reads none of it, and neither do the facts.
        #expect(try self.facts(Self.file, chart: chart).access.staff == nil)
    }
}
