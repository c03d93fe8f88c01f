/// What a release runs with: all layers, and the tree that Helm would make of them.
package struct EffectiveValues: Sendable, Equatable {
    /// The chart with all charts that it depends on.
    package let declaredChart: Chart
    /// The chart without the sub-charts that the values switch off.
    package let chart: Chart
    /// The layers over the chart's own, weakest first.
    package let given: [Layer]
    /// What is not known of the values over the chart's own: files that could not be read, or not computed.
    package let gaps: [Gap]
    /// Each leaf knows the file, line and column that set it.
    package let merged: Value
    /// The keys that lead to the values of the chart that configures the hub: legacy `daskhub` hubs nest all of them
    /// under `basehub`.
    package let hubPath: [String]
    /// Values that stand where those of a chart below belong, and are no map: Helm installs nothing then.
    package let misfits: [ChartMisfit]

    /// - Parameters:
    ///   - chart: the chart of the release, with all charts that it depends on.
    ///   - given: what is laid over its values, weakest first.
    ///   - gaps: what is not known of them.
    package init(chart: Chart, given: [Layer], gaps: [Gap] = []) {
        let place = SourceLocation(file: given.last?.file ?? chart.file ?? "")
        let empty = Value(.map(ValueMap()), at: place)
        let overlaid = given.reduce(empty) { Value.overlay($0, with: $1.values) }
        declaredChart = chart
        let result = HelmMerge.effective(chart, given: overlaid)
        (merged, self.chart, misfits) = (result.values, result.chart, result.misfits)
        self.gaps = gaps
        self.given = given
        hubPath = Self.hubPath(chart: chart, merged: merged)
    }

    /// A layer of which nothing is known. Whatever weaker layers say, it may say otherwise.
    package struct Gap: Sendable, Equatable {
        package let file: String
        /// How many of the given layers are weaker than it.
        package let weaker: Int

        /// Whether it lies beside the chart, and not among the files that the hub lists.
        package let isOfChart: Bool

        package init(file: String, weaker: Int, isOfChart: Bool = false) {
            self.file = file
            self.weaker = weaker
            self.isOfChart = isOfChart
        }
    }

    private static func hubPath(chart: Chart, merged: Value) -> [String] {
        if let path = chart.path(toParentOf: "jupyterhub") { return path }
        // A chart that says nothing of its dependencies.
        return merged["jupyterhub"] == nil && merged["basehub"]?.map != nil ? ["basehub"] : []
    }

    /// All layers, weakest first: charts from the innermost one outwards, then what is given over them.
    package var layers: [Layer] { chart.layers() + given }

    /// The values below the chart that configures the hub.
    package var hubValues: Value { merged[path: hubPath] ?? merged }

    /// Encrypted files whose values are unknown, with the reason.
    package var locked: [Layer] { given.filter { $0.locked != nil } }
}
