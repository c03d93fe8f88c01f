import Texts

/// Values that a text of a rendered object may be made of.
package enum ValueMatches {
    /// Longer lists are the sign of a text that stands everywhere.
    private static let most = 12
    /// Shorter texts stand anywhere by chance.
    private static let shortest = 3

    /// The paths of scalars that are the text or a part of it, the likeliest first.
    ///
    /// - Parameters:
    ///   - text: what stands in an object.
    ///   - words: what leads to it: the keys of the object, its kind, its name, its template.
    ///   - value: the values, also secret ones.
    ///   - path: leads to them.
    /// - Returns: not more than a dozen.
    package static func paths(
        of text: String, words: Set<ExactText>, in value: Value, at path: ValuePath = ValuePath([])
    ) -> [ValuePath] {
        let found = value.leaves(below: path).compactMap { leaf -> (path: ValuePath, score: Int)? in
            guard let part = leaf.value.opened.scalarText, !part.isEmpty else { return nil }
            let own = self.words(of: leaf.path)
            let shared = own.count { words.contains($0) }
            let isWhole = part.exact == text.exact
            if part.utf8.count < shortest || leaf.value.string == nil {
                // A number or a switch says nothing by itself: the key has to.
                let near = self.words(of: ValuePath(Array(leaf.path.steps.suffix(2))))
                guard isWhole, near.contains(where: words.contains) else { return nil }
            }
            guard isWhole || text.exact.rest(behind: part.exact) != nil else { return nil }
            return (leaf.path, (isWhole ? 100 : min(part.utf8.count, 40)) + 10 * shared - own.count)
        }
        return found.sorted { $0.score > $1.score }.prefix(most).map(\.path)
    }

    /// The words that a path is made of, in small letters: `serviceAccountName` has three.
    package static func words(of path: ValuePath) -> Set<ExactText> {
        path.steps.reduce(into: []) { words, step in
            if case .key(let key) = step { words.formUnion(self.words(of: key)) }
        }
    }

    /// The words of a text, in small letters.
    package static func words(of text: String) -> Set<ExactText> {
        var words: Set<ExactText> = []
        var word = ""
        for scalar in text.unicodeScalars {
            let isSmall = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
            let isLarge = ("A"..."Z").contains(scalar)
            if !isSmall, !word.isEmpty {
                words.insert(word.exact)
                word = ""
            }
            if isSmall { word.unicodeScalars.append(scalar) }
            if isLarge { word.unicodeScalars.append(Unicode.Scalar(scalar.value + 32) ?? scalar) }
        }
        if !word.isEmpty { words.insert(word.exact) }
        return words
    }

    /// The paths of values that hold nothing, and that have one of these names.
    package static func paths(toEmpty names: [String], in value: Value) -> [ValuePath] {
        value.leaves(intoLists: false).compactMap { path, leaf in
            guard leaf.opened.ifSet == nil, case .key(let key)? = path.steps.last,
                names.contains(where: { $0.exact == key.exact })
            else { return nil }
            return path
        }
    }

    /// The paths of maps and empty values with a name that ends the path.
    package static func paths(toMapsNamed name: String, in value: Value) -> [ValuePath] {
        var found: [ValuePath] = []
        func look(_ value: Value, _ path: ValuePath) {
            for (key, _, below) in value.pairs {
                let next = path.appending(.key(key))
                if key.exact == name.exact, below.map != nil || below.isNull { found.append(next) }
                look(below, next)
            }
        }
        look(value, ValuePath([]))
        return found
    }

    /// The paths of switches that are off, those with most of some words first.
    package static func switchesOff(in value: Value, words: Set<ExactText>) -> [ValuePath] {
        let found = value.leaves(intoLists: false).compactMap { leaf -> (path: ValuePath, score: Int)? in
            guard leaf.value.opened.bool == false else { return nil }
            let shared = self.words(of: leaf.path).count { words.contains($0) }
            return shared == 0 ? nil : (leaf.path, shared)
        }
        return found.sorted { $0.score > $1.score }.prefix(most).map(\.path)
    }
}
