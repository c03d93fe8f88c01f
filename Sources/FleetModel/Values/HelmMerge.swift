import Texts

/// Puts given values over the defaults of a chart and of the charts below it, as Helm does before it renders.
///
/// Source: `CoalesceValues`, `MergeValues` and `ProcessDependencies` of Helm 4.1. Helm 3 differs where a null meets a
/// null default below the top (it removes both), and in what stands below a chart that has two names. Helm 4.2 also drops
/// nulls that are defaults of a chart.
struct HelmMerge {
    /// What templates see.
    struct Result {
        let values: Value
        /// The chart without the dependencies that are switched off.
        let chart: Chart
        /// What Helm refuses, by place.
        let misfits: [ChartMisfit]
    }

    private var misfits: Set<ChartMisfit> = []

    private init() {}

    static func effective(_ chart: Chart, given: Value) -> Result {
        let given = given.map ?? ValueMap()
        var merge = HelmMerge()
        let enabled = merge.enabling(chart, by: given, path: [])
        let importing = merge.importingValues(enabled)
        let values = merge.coalesce(importing, over: given, keepsNulls: false)
        return Result(
            values: Value(.map(values), at: chart.values.location), chart: enabled,
            misfits: merge.misfits.sorted { ($0.location, $0.key.exact) < ($1.location, $1.key.exact) })
    }

    // MARK: - Which charts count

    /// As Helm does it, each level looks at the values of the whole with its own defaults laid below all of them, not
    /// below its own part alone. Below a chart that lists no dependencies it looks at nothing.
    private mutating func enabling(_ chart: Chart, by given: ValueMap, path: [String]) -> Chart {
        guard chart.declaresDependencies else { return chart }
        // Where nothing is switched, nobody asks for values.
        let values = chart.hasSwitches ? coalesce(chart, over: given, keepsNulls: false) : given
        let off = Set(
            chart.dependencies.filter { !Self.isEnabled($0, by: values, path: path) }.map(\.chart.key.exact))
        var result = chart
        result.dependencies = chart.dependencies.filter { !off.contains($0.chart.key.exact) }.map { dependency in
            let below = enabling(dependency.chart, by: values, path: path + [dependency.chart.key])
            return dependency.with(below)
        }
        result.declaresDependencies = result.dependencies.contains { $0.origin != .found }
        return result
    }

    /// Conditions win over tags; of tags, one that is true wins over those that are false.
    private static func isEnabled(_ dependency: Chart.Dependency, by values: ValueMap, path: [String]) -> Bool {
        for condition in dependency.conditions {
            let steps = path + condition.exact.split(at: ".").map(\.text)
            if let switched = values[path: steps]?.flag { return switched }
        }
        let tags = dependency.tags.compactMap { values["tags"]?[$0]?.flag }
        return tags.isEmpty || tags.contains(true)
    }

    // MARK: - Charts below charts

    private mutating func coalesce(_ chart: Chart, over given: ValueMap, keepsNulls: Bool) -> ValueMap {
        var result = Self.defaults(of: chart, under: given, keepsNulls: keepsNulls)
        for dependency in chart.dependencies where dependency.origin != .missing {
            let key = dependency.chart.key
            let place = chart.values.location
            let entry = result.entry(key)
            guard let part = entry.map(\.value.map) ?? ValueMap() else {
                if let entry { misfits.insert(ChartMisfit(key: key, entry.value)) }
                continue
            }
            let globals = Self.globals(of: result, into: part)
            let below = coalesce(dependency.chart, over: globals, keepsNulls: keepsNulls)
            result.set(
                key, to: Value(.map(below), at: entry?.value.location ?? place),
                keyLocation: entry?.keyLocation ?? place)
        }
        return result
    }

    private static func defaults(of chart: Chart, under given: ValueMap, keepsNulls: Bool) -> ValueMap {
        guard let defaults = chart.values.map else { return given }
        let children = Set(chart.dependencies.filter { $0.origin != .missing }.map(\.chart.key.exact))
        return laid(given, over: defaults) { key, override, entry in
            if override.value.isNull, !keepsNulls { return nil }
            return merged(override, over: entry, keepsNulls: keepsNulls || children.contains(key))
        }
    }

    private static func merged(
        _ given: ValueMap.Entry, over entry: ValueMap.Entry, keepsNulls: Bool
    ) -> ValueMap.Entry {
        guard let map = given.value.map, let base = entry.value.map else { return given }
        let tables = tables(map, over: base, keepsNulls: keepsNulls)
        return ValueMap.Entry(keyLocation: given.keyLocation, value: Value(.map(tables), at: given.value.location))
    }

    /// A given null removes a default together with itself, unless nulls are kept for a chart further down.
    private static func tables(_ given: ValueMap, over base: ValueMap, keepsNulls: Bool) -> ValueMap {
        laid(given, over: base) { _, override, entry in
            if override.value.isNull, !keepsNulls, !entry.value.isNull { return nil }
            return merged(override, over: entry, keepsNulls: keepsNulls)
        }
    }

    /// The keys of `base` in their order, then those of `given` alone. Where both have one, `combined` decides; nil
    /// leaves the key out.
    private static func laid(
        _ given: ValueMap, over base: ValueMap,
        combined: (_ key: ExactText, _ given: ValueMap.Entry, _ base: ValueMap.Entry) -> ValueMap.Entry?
    ) -> ValueMap {
        var result = ValueMap()
        for key in base.keys {
            guard let entry = base.entry(key) else { continue }
            if let override = given.entry(key) {
                if let both = combined(key, override, entry) { result.set(key, to: both) }
            } else {
                result.set(key, to: entry)
            }
        }
        for key in given.keys where base.entry(key) == nil {
            if let entry = given.entry(key) { result.set(key, to: entry) }
        }
        return result
    }

    /// `global` of a chart goes into every chart below it, over what stands there.
    private static func globals(of parent: ValueMap, into part: ValueMap) -> ValueMap {
        let source = parent["global"]
        guard let from = source.map(\.map) ?? ValueMap(), var global = part["global"].map(\.map) ?? ValueMap() else {
            return part
        }
        for key in from.keys {
            guard let entry = from.entry(key) else { continue }
            let there = global[key]
            if let map = entry.value.map {
                guard let base = there.map(\.map) ?? ValueMap() else { continue }
                let tables = tables(map, over: base, keepsNulls: true)
                global.set(key, to: Value(.map(tables), at: entry.value.location), keyLocation: entry.keyLocation)
            } else if there?.map == nil {
                global.set(key, to: entry)
            }
        }
        let place = source?.location ?? SourceLocation(file: "")
        var result = part
        result.set("global", to: Value(.map(global), at: part["global"]?.location ?? place), keyLocation: place)
        return result
    }

    // MARK: - import-values

    /// The chart whose defaults are those of itself, of the charts below it, and what it imports from them.
    private mutating func importingValues(_ chart: Chart) -> Chart {
        var result = chart
        result.dependencies = chart.dependencies.map { $0.with(importingValues($0.chart)) }
        guard chart.declaresDependencies else { return result }
        let place = chart.values.location
        var values = coalesce(result, over: ValueMap(), keepsNulls: true)
        if chart.dependencies.contains(where: { !$0.imports.isEmpty }) {
            let table = HelmTable(values, at: place)
            let imported = HelmTable(ValueMap(), at: place)
            for dependency in chart.dependencies {
                for item in dependency.imports {
                    guard let part = table.table(at: [dependency.chart.key] + item.child) else { continue }
                    imported.merge(part.nested(under: item.parent))
                }
            }
            values = Self.tables(table.map, over: imported.map, keepsNulls: true)
        }
        result.values = Value(.map(values), at: place)
        return result
    }
}

/// A value in the place of the values of a chart below: Helm goes no further when it is no map.
package struct ChartMisfit: Sendable, Hashable {
    /// The key of the chart below.
    package let key: String
    /// What stands there, in the words of a message.
    package let kind: String
    package let location: SourceLocation

    init(key: String, _ value: Value) {
        self.key = key
        kind = value.kind
        location = value.location
    }

    package static func == (left: ChartMisfit, right: ChartMisfit) -> Bool {
        (left.key.exact, left.kind, left.location) == (right.key.exact, right.kind, right.location)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(key.exact)
        hasher.combine(location)
    }
}

extension Chart {
    fileprivate var hasSwitches: Bool {
        dependencies.contains { !$0.conditions.isEmpty || !$0.tags.isEmpty || $0.chart.hasSwitches }
    }
}

extension Chart.Dependency {
    /// The same about another state of its chart.
    fileprivate func with(_ chart: Chart) -> Chart.Dependency {
        Chart.Dependency(chart, origin: origin, conditions: conditions, tags: tags, imports: imports)
    }
}

extension ValueMap {
    fileprivate mutating func set(_ key: ExactText, to entry: Entry) {
        set(key, to: entry.value, keyLocation: entry.keyLocation)
    }

    fileprivate subscript(path path: [String]) -> Value? {
        guard let first = path.first else { return nil }
        return self[first]?[path: Array(path.dropFirst())]
    }
}
