import FleetModel

extension EffectiveValues {
    /// Values from layers of which the first may be a chart's own.
    package static func sample(layers: [Layer]) -> EffectiveValues {
        let own = layers.first { $0.kind == .chart }
        let chart = Chart(key: "chart", file: own?.file, values: own?.values)
        return EffectiveValues(chart: chart, given: layers.filter { $0.kind != .chart })
    }
}
