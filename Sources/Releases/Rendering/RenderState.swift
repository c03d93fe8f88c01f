import FleetModel
import Texts

/// One state of a fleet whose releases are rendered. The files of a chart are looked for once for all releases that share it.
package actor RenderState {
    private let source: any FleetSource
    private let lender: (any FleetSource)?
    private let leavesOutMissing: Bool
    private var plans: [ExactText: Task<ChartPlan, any Error>] = [:]

    /// - Parameters:
    ///   - source: the state.
    ///   - lender: another one, whose archives of charts count where there are none.
    ///   - leavesOutMissing: whether releases are rendered without the charts that are not here; else they are not.
    package init(_ source: any FleetSource, lender: (any FleetSource)? = nil, leavesOutMissing: Bool = false) {
        self.source = source
        self.lender = lender
        self.leavesOutMissing = leavesOutMissing
    }

    /// The values of a release as helm is given them.
    func values(_ given: [Layer]) async -> HelmValues { await HelmValues(given, in: source) }

    /// The bytes of a file of the fleet; nil for one that cannot be read.
    func contents(_ file: String) async -> [UInt8]? { await source.contents(file) }

    /// The files of the chart of a release.
    /// - Throws: `RenderError`.
    func chart(of release: Release, _ values: EffectiveValues, store: ChartStore) async throws -> ChartPlan {
        // What is switched off need not be here.
        let key = [release.chart.value, release.chartOverrideFile ?? "", values.chart.keys].joined(separator: "\n")
            .exact
        if let known = plans[key] { return try await known.value }
        let (source, lender, leavesOutMissing) = (source, lender, leavesOutMissing)
        let task = Task {
            try await ChartPlan(
                release, values, in: source, lender: lender, store: store, leavesOutMissing: leavesOutMissing)
        }
        plans[key] = task
        return try await task.value
    }
}

extension Chart {
    /// The keys of the charts that are not switched off, as a tree.
    fileprivate var keys: String { "\(key)(\(dependencies.map(\.chart.keys).joined(separator: ",")))" }
}
