import FleetModel

/// Reads charts of a fleet with all charts that they depend on, each of them once.
actor ChartLoader {
    private let source: any FleetSource
    private let files: ValuesFiles
    private var charts: [[UInt8]: Task<ChartReader.Reading, Never>] = [:]

    /// - Parameters:
    ///   - source: the fleet.
    ///   - files: reads values and schemas of charts.
    init(source: any FleetSource, files: ValuesFiles) {
        self.source = source
        self.files = files
    }

    /// The chart in the folder `name` below `helm-charts/`, with `override`, relative to the root, in place of its
    /// Chart.yaml.
    func chart(_ name: String, override: String?) async -> ChartReader.Reading {
        let key = Array("\(name)\n\(override ?? "")".utf8)
        if let task = charts[key] { return await task.valueWhileWanted }
        let (source, files) = (source, files)
        let task = Task { await ChartReader.read(name, override: override, in: source, files: files) }
        charts[key] = task
        return await task.valueWhileWanted
    }
}
