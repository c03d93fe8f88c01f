import Texts

/// What the templates of a chart before and after can show, read when it is first asked for.
actor TemplateReading {
    private let sides: [ChartSide]
    private var reading: Task<Summary, Never>?

    private struct Summary: Sendable {
        /// Names of fields of the chart; nil when any may be shown.
        var fields: Set<ExactText>? = []
        /// Beginnings of paths of files; nil when any may be read.
        var beginnings: [ExactText]? = []
    }

    init(_ sides: [ChartSide]) {
        self.sides = sides
    }

    /// Whether a template may show a field of the Chart.yaml. Some decide how Helm reads the chart.
    func show(field: String) async -> Bool {
        if ["apiVersion", "name", "type"].contains(field) { return true }
        guard let fields = await summary().fields else { return true }
        return fields.contains((field.prefix(1).uppercased() + field.dropFirst()).exact)
    }

    /// Whether a template may read a file of the chart, by its path there.
    func read(_ file: ExactText) async -> Bool {
        guard let beginnings = await summary().beginnings else { return true }
        return beginnings.contains { file.hasPrefix($0) }
    }

    private func summary() async -> Summary {
        if let reading { return await reading.value }
        let sides = sides
        let task = Task {
            var summary = Summary()
            for side in sides {
                for key in side.files.map({ Array($0.keys) }) ?? [] {
                    guard side.place(of: key).rest.hasPrefix("templates/"), let bytes = await side.bytes(key) else {
                        continue
                    }
                    let text = TemplateText(bytes)
                    let (fields, beginnings) = (text.chartFields, text.fileBeginnings)
                    summary.fields = summary.fields.flatMap { known in fields.map { known.union($0) } }
                    summary.beginnings = summary.beginnings.flatMap { known in beginnings.map { known + $0 } }
                }
            }
            return summary
        }
        reading = task
        return await task.value
    }
}
