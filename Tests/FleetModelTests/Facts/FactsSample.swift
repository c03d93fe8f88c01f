import FleetTesting
import Testing

@testable import FleetModel

/// Facts of a hub from the text of its files.
enum FactsSample {
    static let hub = Hub(
        name: Located("prod", at: place), cluster: "earth", displayName: nil,
        domain: Located("hub.example.org", at: place), domainOverrideFile: nil, expectedStatus: nil,
        chart: Located("basehub", at: place), valuesFiles: [], chartOverride: nil, location: place)
    private static let place = SourceLocation(file: "cluster.yaml", line: 9, column: 5)

    /// The facts of a hub with a file, its chart's own values and an encrypted file.
    static func facts(
        _ file: String, chart: String = "{}", secret: String = "{}", hasTemplates: Bool = true,
        on provider: ProviderKind = .gcp
    ) throws -> HubFacts {
        let own = Chart(
            key: "basehub", file: "chart.yaml", values: try tree(chart, "chart.yaml"), hasTemplates: hasTemplates)
        let given = [
            Layer(kind: .file, file: "hub.yaml", values: try tree(file, "hub.yaml")),
            Layer(kind: .encrypted, file: "enc.secret.yaml", values: try tree(secret, "enc.secret.yaml", hides: true)),
        ]
        return HubFacts(hub, on: provider, effective: EffectiveValues(chart: own, given: given))
    }

    /// The same for values of the JupyterHub chart, in a chart around it.
    static func jupyterhub(_ text: String, chart: String = "{}", secret: String = "{}") throws -> HubFacts {
        try facts("jupyterhub: \(text)\n", chart: "jupyterhub: \(chart)\n", secret: "jupyterhub: \(secret)\n")
    }

    static func tree(_ text: String, _ file: String, hides: Bool = false) throws -> Value {
        let document = YAMLReader.read(Array(text.utf8), file: file, hidesScalars: hides)
        try #require(document.findings == [])
        return try #require(document.root)
    }
}
