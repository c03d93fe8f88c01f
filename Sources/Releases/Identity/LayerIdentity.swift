import FleetModel

/// What tells a layer of a release from another state of it, and may be kept.
package struct LayerIdentity: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        /// The digest of what it sets.
        case open(ContentDigest)
        /// The digest of what it sets, secrets among it, made with the key of the record.
        case sealed(ContentDigest)
        /// It could not be opened: the identity of its encrypted file, nil when that cannot be read. Encrypting anew
        /// changes it, also when the values stay.
        case closed(FileIdentity?)
    }

    package let kind: Layer.Kind
    /// Relative to the root of the fleet repository.
    package let file: String
    package let content: Content

    /// - Parameters:
    ///   - layer: the layer.
    ///   - source: where its file is read from.
    ///   - key: the key of the record that the identity is kept in.
    init(_ layer: Layer, in source: any FleetSource, key: DigestKey) async {
        kind = layer.kind
        file = layer.file
        if let bytes = CanonicalValue(layer.values).bytes, layer.locked == nil {
            content =
                layer.kind == .encrypted || layer.values.containsSecret
                ? .sealed(ContentDigest(of: bytes, key: key)) : .open(ContentDigest(of: bytes))
        } else {
            content = .closed(await source.identity(layer.file))
        }
    }
}

extension Layer {
    /// Whether both set the same, secrets too; nil when one of them could not be opened. It compares in memory, so
    /// nothing of a secret is kept.
    package func setsTheSame(as other: Layer) -> Bool? {
        guard locked == nil, other.locked == nil, let mine = CanonicalValue(values).bytes,
            let theirs = CanonicalValue(other.values).bytes
        else { return nil }
        return mine == theirs
    }
}
