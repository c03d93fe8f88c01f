import FleetModel
import Releases
import Texts

/// The charts below a release's chart that are switched on, and those that are declared.
struct EnabledCharts {
    /// The folder of the release's chart.
    let folder: String
    /// The keys that lead to each chart that is switched on, with dots between.
    private(set) var names: Set<ExactText> = []
    private var enabled: [ExactText: Chart] = [:]
    private var declared: Set<ExactText> = []

    init(_ values: EffectiveValues, of release: Release) {
        folder = "\(Charts.folder)/\(release.chart.value)"
        var open: [(chart: Chart, keys: [String])] = [(values.chart, [])]
        while let (chart, keys) = open.popLast() {
            if !keys.isEmpty { names.insert(keys.joined(separator: ".").exact) }
            if let place = Self.folder(of: chart) { enabled[place] = chart }
            open += chart.dependencies.map { ($0.chart, keys + [$0.chart.key]) }
        }
        enabled[folder.exact] = values.chart
        var all = [values.declaredChart]
        while let chart = all.popLast() {
            if let place = Self.folder(of: chart) { declared.insert(place) }
            all += chart.dependencies.map(\.chart)
        }
    }

    /// Whether something that differs about a chart means anything here: not what is switched off in both states, and of a
    /// dependency only what no file at hand tells better. A chart that cannot be told from others counts.
    static func counts(_ difference: ChartDifference, before: EnabledCharts, after: EnabledCharts) -> Bool {
        let root = difference.root.exact
        let charts = [before.enabled[root], after.enabled[root]].compactMap { $0 }
        guard !charts.isEmpty else { return !before.declared.contains(root) && !after.declared.contains(root) }
        guard let key = difference.dependency else { return true }
        let below = charts.compactMap { chart in chart.dependencies.first { $0.chart.key.exact == key.exact }?.chart }
        return below.contains { $0.file == nil }
    }

    /// The folder, or the archive, that a chart lies in; nil when it has no values to tell it by.
    private static func folder(of chart: Chart) -> ExactText? { chart.file?.exact.without(suffix: "/values.yaml") }
}
