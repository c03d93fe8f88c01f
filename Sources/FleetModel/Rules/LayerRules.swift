import Texts

/// Rules about the layers themselves.
enum LayerRules {
    static let rules = [
        Rule(
            "layers/unread", .warning, "Every value is one that a chart reads.",
            because: "It has no effect. Often it stands one level too high or too low.", .values(unread)),
        Rule(
            "layers/chart-off", .note, "Values for a part of a chart stand where that part is switched on.",
            because: "They have no effect.", .values(chartOff)),
        Rule(
            "layers/kind-change", .warning, "A later layer does not replace a map by something else.",
            because: "All that the map held is gone, also the chart's defaults.", .values(kindChange)),
        Rule(
            "layers/empty-key", .warning, "A key with nothing behind it takes nothing away.",
            because:
                "For Helm it is a null, which removes what weaker layers and the chart say. Often its last line was "
                + "commented out.",
            .values(emptyKey)),
        Rule(
            "layers/own-key", .error, "A hub's own key below jupyterhub.custom is no slip of the pen.",
            because: "The chart takes any key there, and ignores one that is nearly its own.", .hub(ownKey)),
    ]

    /// Keys that no chart at this level knows: neither a default, nor the schema, nor a sub-chart has them.
    private static func unread(_ values: EffectiveValues) -> [Rule.Fault] {
        let own = Set(values.given.map(\.file.exact))
        let repeated = values.given.reduce(into: Set<SourceLocation>()) { $0.formUnion($1.repeated) }
        return unread(
            values.merged, chart: values.declaredChart, path: ValuePath([]), readAbove: [], repeated: repeated
        )
        .filter { own.contains($0.place.file.exact) }
    }

    /// `readAbove` are paths below this chart that a chart above reads; `repeated` are places that aliases read.
    private static func unread(
        _ value: Value, chart: Chart, path: ValuePath, readAbove: [[ExactText]], repeated: Set<SourceLocation>
    ) -> [Rule.Fault] {
        let children = Set(chart.dependencies.map(\.chart.key.exact))
        // A chart whose values are not at hand reads nobody knows what.
        guard chart.file != nil || (path.steps.isEmpty && chart.declaresDependencies) else { return [] }
        // Conditions of charts and parts that they export are read, too.
        let conditions =
            readAbove
            + chart.dependencies.flatMap {
                $0.conditions.map { $0.exact.split(at: ".").filter { !$0.isEmpty } }
            }
        let switches = conditions.compactMap(\.first)
        let imports = chart.dependencies.flatMap { $0.imports.compactMap(\.parent.first?.exact) }
        var known = children.union(["global", "tags"]).union(switches).union(imports).union(
            (chart.values.map?.keys).map(Set.init) ?? [])
        known.formUnion((chart.schema?.document["properties"]?.map?.keys).map(Set.init) ?? [])
        let isClosed = chart.schema?.document["additionalProperties"]?.bool == false
        let own =
            isClosed
            ? []
            : value.pairs.compactMap { key, place, part -> Rule.Fault? in
                guard !known.contains(key.exact), part.ifSet != nil, !part.isRepeated(repeated) else { return nil }
                return Rule.Fault(
                    "no chart reads \(path.appending(.key(key)))", advice: advice(for: key, among: known, chart: chart),
                    at: place)
            }
        return own
            + chart.dependencies.flatMap { dependency -> [Rule.Fault] in
                let key = dependency.chart.key
                guard let part = value[key] else { return [] }
                let below = conditions.filter { $0.first == key.exact }.map { Array($0.dropFirst()) }
                return unread(
                    part, chart: dependency.chart, path: path.appending(.key(key)), readAbove: below, repeated: repeated
                )
            }
    }

    /// A key that a chart below knows stands one level too high.
    private static func advice(for key: String, among known: Set<ExactText>, chart: Chart) -> String {
        let below = chart.dependencies.first { $0.chart.values.map?.entry(key) != nil }
        return below.map { "did you mean \($0.chart.key).\(key.printable)?" }
            ?? Suggestion.advice(for: key, among: known.map(\.text))
    }

    private static func chartOff(_ values: EffectiveValues) -> [Rule.Fault] {
        // What is computed for every hub is computed for those without that part, too.
        let own = Set(values.given.filter { $0.kind != .jsonnet }.map(\.file.exact))
        return switchedOff(values.declaredChart, values.chart, value: values.merged).compactMap { key, part in
            guard
                let first = part.leaves(intoLists: false).first(where: { leaf in
                    own.contains(leaf.value.location.file.exact) && leaf.path.description != "enabled"
                })
            else { return nil }
            return Rule.Fault(
                "values for \(key.printable) have no effect: it is switched off",
                advice: "set \(key.printable).enabled, or remove them",
                at: first.value.location)
        }
    }

    private static func switchedOff(_ all: Chart, _ enabled: Chart, value: Value) -> [(key: String, part: Value)] {
        all.dependencies.flatMap { dependency -> [(key: String, part: Value)] in
            let key = dependency.chart.key
            guard let part = value[key] else { return [] }
            if let twin = enabled.dependencies.first(where: { $0.chart.key.exact == key.exact }) {
                return switchedOff(dependency.chart, twin.chart, value: part)
            }
            return [(key, part)]
        }
    }

    private static func kindChange(_ values: EffectiveValues) -> [Rule.Fault] {
        let layers = values.layers
        return layers.indices.dropFirst().flatMap { index -> [Rule.Fault] in
            guard layers[index].kind != .subchart, layers[index].kind != .chart else { return [] }
            return layers[index].values.leaves(intoLists: false).compactMap { path, value in
                guard !value.isNull, value.map == nil,
                    let replaced = layers[..<index].reversed().lazy.compactMap({ $0.values[path] }).first,
                    let map = replaced.map, !map.isEmpty
                else { return nil }
                return Rule.Fault(
                    "\(path) is \(value.kind) here, and replaces a map", advice: "write a map, or null to remove it",
                    at: value.location, related: [replaced.location])
            }
        }
    }

    private static func ownKey(_ hub: HubFacts) -> [Rule.Fault] {
        var chart: Chart? = hub.effective.declaredChart
        for key in hub.effective.hubPath {
            chart = chart?.dependencies.first { $0.chart.key.exact == key.exact }?.chart
        }
        let schema = chart?.schema?.document[
            path: ["properties"] + hub.values.prefix + ["properties", "custom", "properties"]]
        let known = (schema?.pairs ?? []).map(\.key)
        return (hub.values.jupyterhub["custom"]?.pairs ?? []).compactMap { key, place, _ in
            guard !known.contains(where: { $0.exact == key.exact }),
                let close = Suggestion.closest(to: key, among: known, most: 2)
            else { return nil }
            return Rule.Fault(
                "the chart has no key custom.\(key.printable), so it is ignored", advice: "did you mean \"\(close)\"?",
                at: place)
        }
    }

    private static func emptyKey(_ values: EffectiveValues) -> [Rule.Fault] {
        let layers = values.layers
        return layers.indices.dropFirst().flatMap { index -> [Rule.Fault] in
            let layer = layers[index]
            guard !layer.empty.isEmpty, layer.kind == .file || layer.kind == .encrypted else { return [] }
            return layer.values.emptyKeys(layer.empty).compactMap { path, place in
                let replaced = layers[..<index].reversed().lazy.compactMap { $0.values[path] }.first
                guard let replaced, replaced.ifSet != nil else { return nil }
                let what = replaced.map != nil ? "the map" : replaced.list != nil ? "the list" : "the value"
                return Rule.Fault(
                    "\(path) is empty here, which removes \(what) of \(replaced.location)",
                    advice: "write null if that is meant, or take the key out", at: place, related: [replaced.location])
            }
        }
    }
}

extension Value {
    /// Whether aliases read all that it holds: its own anchor is repeated, or that of each part.
    fileprivate func isRepeated(_ places: Set<SourceLocation>) -> Bool {
        if places.isEmpty { return false }
        if places.contains(location) { return true }
        let parts = list ?? pairs.map(\.value)
        return !parts.isEmpty && parts.allSatisfy { $0.isRepeated(places) }
    }

    /// The keys with nothing behind them, with their paths.
    fileprivate func emptyKeys(
        _ places: Set<SourceLocation>, below path: ValuePath = ValuePath([])
    ) -> [(path: ValuePath, place: SourceLocation)] {
        pairs.flatMap { key, place, value -> [(path: ValuePath, place: SourceLocation)] in
            let below = path.appending(.key(key))
            if value.isNull { return places.contains(value.location) ? [(below, place)] : [] }
            return value.emptyKeys(places, below: below)
        }
    }
}
