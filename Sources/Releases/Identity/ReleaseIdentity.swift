import FleetModel

/// What tells a state of a release from another one: its chart and each of its layers.
package struct ReleaseIdentity: Sendable, Equatable {
    package let chart: ChartIdentity
    /// The layers over the chart's own, weakest first.
    package let layers: [LayerIdentity]
}

extension ValuesLoader {
    /// What tells a release from another state of it.
    ///
    /// - Parameters:
    ///   - release: the release.
    ///   - values: what it runs with, as this loader gave it.
    ///   - key: the key of the record that the identity is kept in.
    /// - Returns: the identities of its chart and of the layers over it.
    package func identity(of release: Release, _ values: EffectiveValues, key: DigestKey) async -> ReleaseIdentity {
        var layers: [LayerIdentity] = []
        for layer in values.given { layers.append(await LayerIdentity(layer, in: source, key: key)) }
        let chart = await charts.chart(release.chart.value, override: release.chartOverrideFile)
        return ReleaseIdentity(chart: await ChartIdentity(of: chart.parts, in: source), layers: layers)
    }
}
