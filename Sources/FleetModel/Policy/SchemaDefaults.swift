/// The defaults that a schema documents.
enum SchemaDefaults {
    /// The tree of all defaults: those of a map's keys, then the map's own `default` laid over them.
    static func tree(of schema: Value) -> Value? { tree(of: schema, root: schema, depth: 0) }

    private static func tree(of schema: Value, root: Value, depth: Int) -> Value? {
        // No schema of ours is deeper; one that refers to itself would never end.
        guard depth < 20 else { return nil }
        var result = schema["default"]
        if let target = schema["$ref"]?.string.flatMap({ resolve($0, in: root) }),
            let below = tree(of: target, root: root, depth: depth + 1)
        {
            result = result.map { Value.overlay(below, with: $0) } ?? below
        }
        for part in schema["allOf"]?.list ?? [] {
            guard let below = tree(of: part, root: root, depth: depth + 1) else { continue }
            result = result.map { Value.overlay(below, with: $0) } ?? below
        }
        var map = ValueMap()
        for (key, place, property) in schema["properties"]?.pairs ?? [] {
            if let value = tree(of: property, root: root, depth: depth + 1) {
                map.set(key, to: value, keyLocation: place)
            }
        }
        guard !map.isEmpty else { return result }
        let below = Value(.map(map), at: schema.location)
        return result.map { Value.overlay(below, with: $0) } ?? below
    }

    /// A reference inside the schema, such as `#/definitions/tier`.
    private static func resolve(_ reference: String, in root: Value) -> Value? {
        guard reference.hasPrefix("#/") else { return nil }
        return root[path: reference.dropFirst(2).split(separator: "/").map(String.init)]
    }
}
