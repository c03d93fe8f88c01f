import FleetModel

/// What `show` says about a hub.
struct HubSheet: Encodable {
    struct LayerEntry: Encodable {
        let kind: Layer.Kind
        let file: String
    }

    let id: String
    let displayName: String?
    let staging: Bool
    let provider: String
    let domain: String?
    let domainOverrideFile: String?
    let expectedStatus: String?
    let chart: String
    let chartOverride: String?
    /// Weakest first.
    let layers: [LayerEntry]
    let declaredAt: String

    init(_ hub: Hub, of cluster: Cluster, layers: [Layer]) {
        id = hub.id
        displayName = hub.displayName?.value
        staging = hub.isStaging
        provider = cluster.provider.kind.rawValue
        domain = hub.domain?.value
        domainOverrideFile = hub.domainOverrideFile?.value
        expectedStatus = hub.expectedStatus?.value
        chart = hub.chart.value
        chartOverride = hub.chartOverride?.value
        self.layers = layers.map { LayerEntry(kind: $0.kind, file: $0.file) }
        declaredAt = hub.location.description
    }

    var text: String {
        var facts = FactSheet()
        facts.add("hub", id + (staging ? " (staging)" : ""))
        facts.add("name", displayName)
        facts.add("provider", provider)
        facts.add("domain", domain)
        facts.add("domain override", domainOverrideFile)
        facts.add("expected status", expectedStatus)
        facts.add("chart", chart)
        facts.add("chart override", chartOverride)
        facts.add("declared at", declaredAt)
        var table = Table("LAYER", "KIND", "FILE")
        for (index, layer) in layers.enumerated() { table.add("\(index + 1)", layer.kind.rawValue, layer.file) }
        return "\(facts.text)\n\nValues, weakest first:\n\(table.text)"
    }
}

/// What `show` says about a cluster.
struct ClusterSheet: Encodable {
    struct HubEntry: Encodable {
        let name: String, displayName: String?, domain: String?, chart: String, declaredAt: String
    }

    let name: String
    let provider: String
    let providerURL: String?
    /// What the provider's block says, by the name of its key.
    let providerFacts: [String: String]
    let tenancy: String?
    let supportFiles: [String]
    let hubs: [HubEntry]
    let declaredAt: String

    init(_ cluster: Cluster) {
        name = cluster.name.value
        provider = cluster.provider.kind.rawValue
        providerURL = cluster.providerURL?.value
        providerFacts = cluster.provider.account.facts.compactMapValues { $0 }
        tenancy = cluster.tenancy?.value.rawValue
        supportFiles = cluster.support?.valuesFiles.map(\.value) ?? []
        hubs = cluster.hubs.map { hub in
            HubEntry(
                name: hub.name.value, displayName: hub.displayName?.value, domain: hub.domain?.value,
                chart: hub.chart.value, declaredAt: hub.location.description)
        }
        declaredAt = cluster.name.location.description
    }

    var text: String {
        var facts = FactSheet()
        facts.add("cluster", name)
        facts.add("provider", provider)
        for (key, value) in providerFacts.sorted(by: { $0.key < $1.key }) { facts.add(key, value) }
        facts.add("console", providerURL)
        facts.add("tenancy", tenancy)
        facts.add("support values", supportFiles.joined(separator: "\n"))
        facts.add("declared at", declaredAt)
        var table = Table("HUB", "NAME", "CHART", "DOMAIN", "DECLARED AT")
        for hub in hubs { table.add(hub.name, hub.displayName ?? "", hub.chart, hub.domain ?? "", hub.declaredAt) }
        return "\(facts.text)\n\n\(table.text)"
    }
}
