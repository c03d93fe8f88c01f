import FleetModel
import Synchronization
import Texts

/// Compiles each schema of a chart once, and checks effective values with those of the chart and of all charts below it.
final class SchemaCache: Sendable {
    private let schemas = Mutex<[ExactText: JSONSchema]>([:])

    func findings(for values: EffectiveValues) -> [Finding] {
        findings(for: values.merged, chart: values.chart, path: ValuePath([]))
    }

    private func findings(for value: Value, chart: Chart, path: ValuePath) -> [Finding] {
        let own = chart.schema.map { findings(for: value, chart: chart, schema: $0, path: path) } ?? []
        return own
            + chart.dependencies.flatMap { dependency -> [Finding] in
                let key = dependency.chart.key
                guard let part = value[key], !part.isNull else { return [] }
                return findings(for: part, chart: dependency.chart, path: path.appending(.key(key)))
            }
    }

    private func findings(for value: Value, chart: Chart, schema: Chart.Schema, path: ValuePath) -> [Finding] {
        let compiled = compiled(schema)
        let violations = compiled.violations(in: value, at: path)
        return compiled.findings
            + violations.map { violation in
                let inside = ValuePath(Array(violation.path.steps.dropFirst(path.steps.count)))
                return violation.isComputable(in: chart, at: inside) ? violation.finding.asNote : violation.finding
            }
    }

    private func compiled(_ schema: Chart.Schema) -> JSONSchema {
        if let known = schemas.withLock({ $0[schema.file.exact] }) { return known }
        let compiled = JSONSchema(schema.document, file: schema.file)
        schemas.withLock { $0[schema.file.exact] = compiled }
        return compiled
    }
}

extension JSONSchema.Violation {
    /// Whether something is missing that the chart's own jsonnet may set, in a chart whose templates were left out.
    fileprivate func isComputable(in chart: Chart, at path: ValuePath) -> Bool {
        guard !chart.hasTemplates else { return false }
        switch rule {
        case .missingKey: return path.steps.isEmpty || chart.knows(path)
        // An empty default that somebody has to fill.
        case .length: return chart.isDefault(location)
        default: return false
        }
    }
}

extension Chart {
    /// Whether a default of this chart or of one below it stands at the path.
    fileprivate func knows(_ path: ValuePath) -> Bool {
        if values[path] != nil { return true }
        guard case .key(let key)? = path.steps.first,
            let below = dependencies.first(where: { $0.chart.key.exact == key.exact })?.chart
        else { return false }
        return path.steps.count == 1 || below.knows(ValuePath(Array(path.steps.dropFirst())))
    }

    fileprivate func isDefault(_ place: SourceLocation) -> Bool {
        place.file.exact == file?.exact || dependencies.contains { $0.chart.isDefault(place) }
    }
}

extension Finding {
    fileprivate var asNote: Finding {
        let why = "the chart is incomplete here: it has neither templates nor the jsonnet that may set this"
        return Finding(
            .note, rule: rule, message, advice: advice.map { "\($0); \(why)" } ?? why, at: location, related: related)
    }
}
