extension Value {
    /// Values files laid over each other, as Helm does with several `--values`: maps merge deeply, anything else is
    /// replaced whole. A null stays in the result, because it may remove a default of the chart later.
    package static func overlay(_ base: Value, with top: Value) -> Value {
        guard let baseMap = base.map, let topMap = top.map else { return top }
        var result = baseMap
        for key in topMap.keys {
            guard let entry = topMap.entry(key) else { continue }
            let value = baseMap[key].map { overlay($0, with: entry.value) } ?? entry.value
            result.set(key, to: value, keyLocation: entry.keyLocation)
        }
        return Value(.map(result), at: top.location)
    }

    /// A chart's own values below the given ones, as Helm coalesces them: given ones win, and a given null removes the
    /// chart's default together with itself. A null where the chart has no default stays null; below the top it also
    /// stays over a default that is null itself, as in Helm 4 (Helm 3 removes it there too).
    package static func coalesce(defaults: Value, under given: Value) -> Value {
        coalesce(defaults: defaults, under: given, isTop: true)
    }

    private static func coalesce(defaults: Value, under given: Value, isTop: Bool) -> Value {
        guard let defaultMap = defaults.map, let givenMap = given.map else { return given }
        var result = ValueMap()
        for key in defaultMap.keys {
            guard let entry = defaultMap.entry(key) else { continue }
            guard let override = givenMap.entry(key) else {
                result.set(key, to: entry.value, keyLocation: entry.keyLocation)
                continue
            }
            if override.value.isNull, isTop || !entry.value.isNull { continue }
            let value = coalesce(defaults: entry.value, under: override.value, isTop: false)
            result.set(key, to: value, keyLocation: override.keyLocation)
        }
        for key in givenMap.keys where defaultMap.entry(key) == nil {
            if let entry = givenMap.entry(key) { result.set(key, to: entry.value, keyLocation: entry.keyLocation) }
        }
        return Value(.map(result), at: given.location)
    }

    /// The value as the content of `key` in an otherwise empty map: how a chart passes values to a sub-chart.
    package func nested(under key: String) -> Value {
        var map = ValueMap()
        map.set(key, to: self, keyLocation: location)
        return Value(.map(map), at: location)
    }
}
