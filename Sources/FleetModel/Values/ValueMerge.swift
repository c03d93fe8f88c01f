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

    /// The value as the content of `key` in an otherwise empty map: how a chart passes values to a sub-chart.
    package func nested(under key: String) -> Value {
        var map = ValueMap()
        map.set(key, to: self, keyLocation: location)
        return Value(.map(map), at: location)
    }
}
