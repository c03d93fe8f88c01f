/// The part of a release's values that describes its hub. The only place that knows where charts put it.
package struct HubValues: Sendable {
    /// The values of the chart that configures the hub: basehub, the JupyterHub chart itself, or somebody's own.
    package let chart: Value
    /// The keys that lead from there to the values of the JupyterHub chart: `jupyterhub`, or none for that chart itself.
    package let prefix: [String]
    /// The values of the JupyterHub chart; an empty map when there are none.
    package let jupyterhub: Value

    package init(_ effective: EffectiveValues) {
        let chart = effective.hubValues
        let isDeclared = effective.declaresJupyterHub
        self.init(chart: chart, isPlain: !isDeclared && chart["jupyterhub"]?.map == nil && chart.looksLikeJupyterHub)
    }

    private init(chart: Value, isPlain: Bool) {
        self.chart = chart
        prefix = isPlain ? [] : ["jupyterhub"]
        jupyterhub = isPlain ? chart : chart["jupyterhub"].flatMap { $0.map == nil ? nil : $0 } ?? .nothing(like: chart)
    }

    /// The same without secrets, with the path and place of each that was taken out.
    package func removingSecrets() -> (values: HubValues, removed: [(path: String, location: SourceLocation)]) {
        let (clear, removed) = chart.removingSecrets()
        return (HubValues(chart: clear ?? .nothing(like: chart), isPlain: prefix.isEmpty), removed)
    }
}

extension EffectiveValues {
    /// Whether a chart of the release says that JupyterHub's is below it.
    fileprivate var declaresJupyterHub: Bool { declaredChart.path(toParentOf: "jupyterhub") != nil }
}

extension Value {
    /// Whether the top of a tree has the parts of the JupyterHub chart.
    fileprivate var looksLikeJupyterHub: Bool {
        ["hub", "singleuser", "proxy", "cull"].contains { self[$0]?.map != nil }
    }

    fileprivate static func nothing(like value: Value) -> Value { Value(.map(ValueMap()), at: value.location) }
}
