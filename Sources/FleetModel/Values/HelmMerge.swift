import Texts

/// Puts given values over the defaults of a chart and of the charts below it, as Helm does before it renders.
///
/// Source: `CoalesceValues`, `MergeValues` and `ProcessDependencies` of Helm 4.1. Helm 3 differs where a null meets a
/// null default below the top (it removes both), Helm 4.2 also drops nulls that are defaults of a chart.
enum HelmMerge {
    /// - Returns: the values that templates see, and the chart without the dependencies that are switched off.
    static func effective(_ chart: Chart, given: Value) -> (values: Value, chart: Chart) {
        let given = given.map ?? ValueMap()
        let enabled = enabling(chart, by: given, path: [])
        let importing = importingValues(enabled)
        let values = coalesce(importing, over: given, keepsNulls: false)
        return (Value(.map(values), at: chart.values.location), enabled)
    }

    // MARK: - Which charts count

    /// As Helm does it, each level looks at the values of the whole with its own defaults laid below all of them, not
    /// below its own part alone.
    private static func enabling(_ chart: Chart, by given: ValueMap, path: [String]) -> Chart {
        guard chart.hasConditions else { return chart }
        let values = coalesce(chart, over: given, keepsNulls: false)
        var result = chart
        result.dependencies = chart.dependencies.compactMap { dependency in
            guard isEnabled(dependency, by: values, path: path) else { return nil }
            return Chart.Dependency(
                enabling(dependency.chart, by: values, path: path + [dependency.chart.key]),
                conditions: dependency.conditions, tags: dependency.tags, imports: dependency.imports)
        }
        result.declaresDependencies = chart.declaresDependencies && !result.dependencies.isEmpty
        return result
    }

    /// Conditions win over tags; of tags, one that is true wins over those that are false.
    private static func isEnabled(_ dependency: Chart.Dependency, by values: ValueMap, path: [String]) -> Bool {
        for condition in dependency.conditions {
            let steps = path + condition.exact.split(at: ".").filter { !$0.isEmpty }.map(\.text)
            if let switched = values[path: steps]?.bool { return switched }
        }
        let tags = dependency.tags.compactMap { values["tags"]?[$0]?.bool }
        return tags.isEmpty || tags.contains(true)
    }

    // MARK: - Charts below charts

    private static func coalesce(_ chart: Chart, over given: ValueMap, keepsNulls: Bool) -> ValueMap {
        var result = defaults(of: chart, under: given, keepsNulls: keepsNulls)
        for dependency in chart.dependencies {
            let key = dependency.chart.key
            let place = chart.values.location
            let entry = result.entry(key)
            // Helm refuses anything but a map here; the schema check of the chart says so.
            guard let part = entry.map(\.value.map) ?? ValueMap() else { continue }
            let below = coalesce(dependency.chart, over: globals(of: result, into: part), keepsNulls: keepsNulls)
            result.set(
                key, to: Value(.map(below), at: entry?.value.location ?? place),
                keyLocation: entry?.keyLocation ?? place)
        }
        return result
    }

    private static func defaults(of chart: Chart, under given: ValueMap, keepsNulls: Bool) -> ValueMap {
        guard let defaults = chart.values.map else { return given }
        let children = Set(chart.dependencies.map(\.chart.key.exact))
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
    private static func importingValues(_ chart: Chart) -> Chart {
        guard chart.declaresDependencies else { return chart }
        var result = chart
        result.dependencies = chart.dependencies.map {
            Chart.Dependency(
                importingValues($0.chart), conditions: $0.conditions, tags: $0.tags, imports: $0.imports)
        }
        var values = coalesce(result, over: ValueMap(), keepsNulls: true)
        var imported = ValueMap()
        for dependency in chart.dependencies {
            for item in dependency.imports {
                guard let part = values[path: [dependency.chart.key] + item.child], part.map != nil,
                    let map = item.parent.reversed().reduce(part, { $0.nested(under: $1) }).map
                else { continue }
                imported = tables(imported, over: map, keepsNulls: true)
            }
        }
        values = tables(values, over: imported, keepsNulls: true)
        result.values = Value(.map(values), at: chart.values.location)
        return result
    }
}

extension Chart {
    fileprivate var hasConditions: Bool {
        dependencies.contains { !$0.conditions.isEmpty || !$0.tags.isEmpty || $0.chart.hasConditions }
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
