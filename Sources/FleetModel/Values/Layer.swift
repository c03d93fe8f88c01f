/// One source of a hub's values.
package struct Layer: Sendable, Equatable {
    package enum Kind: String, Sendable, Codable {
        /// Values of a chart that the hub's chart depends on, from the same repository.
        case subchart
        /// Values of the hub's chart.
        case chart
        /// A values file that the hub lists.
        case file
        /// An encrypted values file that the hub lists.
        case encrypted
    }

    package let kind: Kind
    /// Relative to the root of the fleet repository.
    package let file: String
    /// What it sets; an empty map for an empty file.
    package let values: Value
    /// Why an encrypted file could not be decrypted; its keys are known then, its values are not.
    package let locked: String?

    package init(kind: Kind, file: String, values: Value, locked: String? = nil) {
        self.kind = kind
        self.file = file
        self.values = values
        self.locked = locked
    }
}

/// A values file to read, before anything is read.
package struct LayerFile: Sendable, Equatable {
    package let kind: Layer.Kind
    /// Relative to the root of the fleet repository.
    package let file: String
    /// The keys below which the values of a sub-chart stand in those of the hub's chart.
    package let nesting: [String]
}

/// What a hub runs with: all layers, and the tree that Helm would make of them.
package struct EffectiveValues: Sendable, Equatable {
    /// Weakest first.
    package let layers: [Layer]
    /// Each leaf knows the file, line and column that set it.
    package let merged: Value

    /// - Parameter layers: weakest first; charts before files.
    package init(layers: [Layer]) {
        self.layers = layers
        let place = SourceLocation(file: layers.last?.file ?? "")
        let empty = Value(.map(ValueMap()), at: place)
        let given = layers.filter { $0.kind == .file || $0.kind == .encrypted }
            .reduce(empty) { Value.overlay($0, with: $1.values) }
        // The hub's own chart first, then the charts below it: the nearer one wins.
        merged = layers.filter { $0.kind == .chart || $0.kind == .subchart }.reversed()
            .reduce(given) { Value.coalesce(defaults: $1.values, under: $0) }
    }

    /// The values below the chart that configures the hub: legacy `daskhub` hubs nest all of them under `basehub`.
    package var hubValues: Value {
        guard merged["jupyterhub"] == nil, let nested = merged["basehub"], nested.map != nil else { return merged }
        return nested
    }

    /// Encrypted files whose values are unknown, with the reason.
    package var locked: [Layer] { layers.filter { $0.locked != nil } }
}
