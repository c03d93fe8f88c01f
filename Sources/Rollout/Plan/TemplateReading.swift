import Texts

/// What the templates of charts before and after can show, read when it is first asked for. A chart is shown by its own
/// templates, and by those that they include, wherever they are defined.
actor TemplateReading {
    private let sides: [ChartSide]
    private var reading: Task<[Template], Never>?

    private struct Template: Sendable {
        let root: ExactText
        let text: TemplateText
    }

    init(_ sides: [ChartSide]) {
        self.sides = sides
    }

    /// Whether a template may show a field of the Chart.yaml of a chart. Some decide how Helm reads the chart.
    func show(field: String, of root: ExactText) async -> Bool {
        if ["apiVersion", "name", "type"].contains(field) { return true }
        let name = (field.prefix(1).uppercased() + field.dropFirst()).exact
        return await templates(for: root).contains { $0.text.chartFields?.contains(name) ?? true }
    }

    /// Whether a template may read a file of a chart, by its path there.
    func read(_ file: ExactText, of root: ExactText) async -> Bool {
        await templates(for: root).contains { template in
            template.text.fileBeginnings?.contains { file.hasPrefix($0) } ?? true
        }
    }

    /// The templates that are rendered with a chart: none for one that has none of its own.
    private func templates(for root: ExactText) async -> [Template] {
        let all = await all()
        guard all.contains(where: { $0.root == root }) else { return [] }
        return all.filter { $0.root == root || $0.text.definesOthers }
    }

    private func all() async -> [Template] {
        if let reading { return await reading.value }
        let sides = sides
        let task = Task {
            var found: [Template] = []
            for side in sides {
                for key in side.files.map({ Array($0.keys) }) ?? [] {
                    let (root, rest) = side.place(of: key)
                    guard rest.hasPrefix("templates/"), let bytes = await side.bytes(key) else { continue }
                    found.append(Template(root: root, text: TemplateText(bytes)))
                }
            }
            return found
        }
        reading = task
        return await task.value
    }
}
