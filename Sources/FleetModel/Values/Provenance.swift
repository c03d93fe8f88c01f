import Texts

/// Where one value comes from: the layer that wins, what it replaced, and the places of its parts.
package struct Provenance: Sendable, Equatable {
    /// What one layer says about the path.
    package struct Statement: Sendable, Equatable {
        package let layer: Layer.Kind
        package let value: Value
    }

    package let path: ValuePath
    /// The value after all layers; nil when a null removed it.
    package let value: Value?
    /// What every layer says that speaks of the path, strongest first. For a map each of them has a part in the value.
    package let statements: [Statement]

    /// The leaves of the value with the place that set each.
    package var parts: [(path: ValuePath, value: Value)] {
        guard let value, value.map != nil || value.list != nil else { return [] }
        return value.leaves(below: path)
    }
}

/// A value of one layer that has no effect, because a later layer replaces it.
package struct UnusedValue: Sendable, Equatable {
    package let path: ValuePath
    package let value: Value
    /// The place that wins.
    package let replacedBy: SourceLocation
}

extension EffectiveValues {
    /// - Returns: nil when no layer speaks of the path.
    package func provenance(of path: ValuePath) -> Provenance? {
        let layers = layers.reversed()
        let statements = (path.parentGlobals + [path]).flatMap { path in
            layers.compactMap { layer in
                layer.values[path].map { Provenance.Statement(layer: layer.kind, value: $0) }
            }
        }
        let value = merged[path]
        guard value != nil || !statements.isEmpty else { return nil }
        return Provenance(path: path, value: value, statements: statements)
    }

    /// Values of the files that a hub lists that a later file replaces, in the order of their places. Defaults of
    /// charts are meant to be replaced, so they are left out.
    package var unused: [UnusedValue] {
        let files = layers.filter { $0.kind == .file || $0.kind == .encrypted }
        var unused: [UnusedValue] = []
        for (index, layer) in files.enumerated() {
            for leaf in layer.values.leaves(intoLists: false) {
                let later = files[(index + 1)...].reversed().compactMap { $0.values.overriding(leaf) }.first
                if let later { unused.append(UnusedValue(path: leaf.path, value: leaf.value, replacedBy: later)) }
            }
        }
        return unused.sorted {
            ($0.value.location, $0.path.description.exact) < ($1.value.location, $1.path.description.exact)
        }
    }

    /// The paths of all maps and leaves, for "did you mean".
    package func suggestion(for path: ValuePath) -> String? {
        let text = path.description
        return Suggestion.closest(to: text, among: merged.paths(below: ValuePath([])).map(\.description))
    }
}

extension ValuePath {
    /// The places that a value in the `global` of a chart below may come from: the `global` of each chart above it, the
    /// outermost first, as it wins.
    fileprivate var parentGlobals: [ValuePath] {
        guard let index = steps.firstIndex(of: .key("global")) else { return [] }
        return (0..<index).map { ValuePath(Array(steps[..<$0] + steps[index...])) }
    }
}

extension Value {
    /// The place of what this layer puts over a leaf of a weaker layer, if it does. Lists are replaced whole, so a list
    /// over the list of an item is enough.
    fileprivate func overriding(_ leaf: (path: ValuePath, value: Value)) -> SourceLocation? {
        var value = self
        for step in leaf.path.steps {
            guard let map = value.map else { return value.location }
            guard case .key(let key) = step, let next = map[key] else { return nil }
            value = next
        }
        // Over an empty map, another map replaces nothing.
        return leaf.value.map != nil && value.map != nil ? nil : value.location
    }

    fileprivate func paths(below path: ValuePath) -> [ValuePath] {
        guard let map else { return [path] }
        return [path] + map.flatMap { key, value in value.paths(below: path.appending(.key(key))) }
    }
}
