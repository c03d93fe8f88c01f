import Texts

extension Value {
    /// The same tree with every secret unknown: what is left of an encrypted file that cannot be opened, whose scalars
    /// would otherwise be the cipher text.
    package var locked: Value {
        switch content {
        case .secret: return Value(.secret(Secret(hiding: nil)), at: location)
        case .list(let list): return Value(.list(list.map(\.locked)), at: location)
        case .map(let map):
            var result = ValueMap()
            for key in map.keys {
                if let entry = map.entry(key) {
                    result.set(key, to: entry.value.locked, keyLocation: entry.keyLocation)
                }
            }
            return Value(.map(result), at: location)
        default: return self
        }
    }

    /// The same content with the places of another tree of the same form. Decrypting moves lines about; people read
    /// the encrypted file, so its places count.
    package func withPlaces(of other: Value) -> Value {
        switch (content, other.content) {
        case (.map(let map), .map(let otherMap)):
            var result = ValueMap()
            for key in map.keys {
                guard let entry = map.entry(key) else { continue }
                let twin = otherMap.entry(key)
                let value = twin.map { entry.value.withPlaces(of: $0.value) } ?? entry.value
                result.set(key, to: value, keyLocation: twin?.keyLocation ?? entry.keyLocation)
            }
            return Value(.map(result), at: other.location)
        case (.list(let list), .list(let otherList)):
            let items = list.enumerated().map { index, item in
                index < otherList.count ? item.withPlaces(of: otherList[index]) : item
            }
            return Value(.list(items), at: other.location)
        default: return Value(content, at: other.location)
        }
    }

    /// The same content, all of it at one place: for what a program made of a file, which knows no lines.
    package func relocated(to place: SourceLocation) -> Value {
        switch content {
        case .list(let list): return Value(.list(list.map { $0.relocated(to: place) }), at: place)
        case .map(let map):
            var result = ValueMap()
            for (key, value) in map { result.set(key, to: value.relocated(to: place), keyLocation: place) }
            return Value(.map(result), at: place)
        default: return Value(content, at: place)
        }
    }

    /// The tree without its secrets, and the path and place of each that was left out.
    package func removingSecrets() -> (value: Value?, removed: [(path: String, location: SourceLocation)]) {
        var removed: [(path: String, location: SourceLocation)] = []
        return (removingSecrets(path: "", into: &removed), removed)
    }

    private func removingSecrets(path: String, into removed: inout [(path: String, location: SourceLocation)]) -> Value?
    {
        switch content {
        case .secret:
            removed.append((path, location))
            return nil
        case .list(let list):
            let items = list.enumerated().compactMap { $1.removingSecrets(path: "\(path)[\($0)]", into: &removed) }
            return Value(.list(items), at: location)
        case .map(let map):
            var result = ValueMap()
            for key in map.keys {
                guard let entry = map.entry(key),
                    let value = entry.value.removingSecrets(
                        path: path.isEmpty ? key.text : "\(path).\(key)", into: &removed)
                else { continue }
                result.set(key, to: value, keyLocation: entry.keyLocation)
            }
            return Value(.map(result), at: location)
        default: return self
        }
    }
}
