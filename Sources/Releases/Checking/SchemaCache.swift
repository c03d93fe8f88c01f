import FleetModel
import Synchronization
import Texts

/// Compiles each schema of a chart once, and checks effective values with those of the chart and of all charts below it.
final class SchemaCache: Sendable {
    private let schemas = Mutex<[ExactText: JSONSchema]>([:])

    func findings(for values: EffectiveValues) -> [Finding] {
        let findings = findings(for: values.merged, chart: values.chart, path: ValuePath([]))
        guard let gap = values.gaps.max(by: { $0.weaker < $1.weaker }) else { return findings }
        // A layer that is not known may set what is missing, and replace what is weaker.
        let stronger = Set(values.given.dropFirst(gap.weaker).map(\.file.exact))
        return findings.map { finding in
            let isSure = stronger.contains(finding.location.file.exact) && finding.rule != "schema/missing-key"
            return isSure ? finding : finding.asNote("this cannot be known here: \(gap.file.printable) cannot be read")
        }
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
            + violations.map { violation -> Finding in
                let inside = ValuePath(Array(violation.path.steps.dropFirst(path.steps.count)))
                if let key = violation.unknownChart(below: chart, at: inside) {
                    return violation.finding.asNote("the values of the chart \(key.printable) are not here")
                }
                guard violation.isComputable(in: chart, at: inside) else { return violation.finding }
                return violation.finding.asNote(
                    "the chart is incomplete here: it has neither templates nor the jsonnet that may set this")
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
    /// The key of a chart whose defaults are not at hand, when one of them may be what is missing.
    fileprivate func unknownChart(below chart: Chart, at path: ValuePath) -> String? {
        guard rule == .missingKey else { return nil }
        if path.steps.isEmpty {
            return chart.dependencies.first { $0.chart.key.exact == missing?.exact && $0.chart.file == nil }?.chart.key
        }
        guard case .key(let key)? = path.steps.first,
            let below = chart.dependencies.first(where: { $0.chart.key.exact == key.exact })?.chart
        else { return nil }
        guard below.file != nil else { return below.key }
        return unknownChart(below: below, at: ValuePath(Array(path.steps.dropFirst())))
    }

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
    fileprivate func asNote(_ why: String) -> Finding {
        Finding(
            .note, rule: rule, message, advice: advice.map { "\($0); \(why)" } ?? why, at: location, related: related)
    }
}
