import Texts

/// Reads the keywords of one schema. A keyword of the wrong type is reported and then left out.
struct SchemaKeywords {
    let place: SchemaPlace
    private let map: ValueMap
    private let compiler: SchemaCompiler
    private let mistakesBefore: Int

    init(_ place: SchemaPlace, _ map: ValueMap, _ compiler: SchemaCompiler) {
        self.place = place
        self.map = map
        self.compiler = compiler
        mistakesBefore = compiler.findings.count
    }

    /// Whether anything that was read so far is wrong.
    var hasMistakes: Bool { compiler.findings.count > mistakesBefore }

    subscript(keyword: String) -> Value? { map[keyword] }

    func hasAny(_ keywords: String...) -> Bool { keywords.contains { map[$0] != nil } }

    private func report(_ keyword: String, _ expected: String, _ value: Value) {
        compiler.report("`\(keyword)` must be \(expected), not \(value.oneLine(limit: 60))", at: value.location)
    }

    // MARK: - Scalars

    func count(_ keyword: String) -> Int? {
        guard let value = map[keyword] else { return nil }
        if case .integer(let count) = ExactNumber(value.content), count >= 0 { return count }
        report(keyword, "a whole number from 0", value)
        return nil
    }

    func number(_ keyword: String) -> ExactNumber? {
        guard let value = map[keyword] else { return nil }
        if let number = ExactNumber(value.content) { return number }
        report(keyword, "a number", value)
        return nil
    }

    func divisor(_ keyword: String) -> ExactNumber? {
        guard let value = map[keyword] else { return nil }
        if let number = ExactNumber(value.content), number.isPositive { return number }
        report(keyword, "a number above 0", value)
        return nil
    }

    func bool(_ keyword: String) -> Bool? {
        guard let value = map[keyword] else { return nil }
        if value.bool == nil { report(keyword, "true or false", value) }
        return value.bool
    }

    func pattern(_ keyword: String) -> SchemaPattern? {
        guard let value = map[keyword] else { return nil }
        guard let text = value.string else {
            report(keyword, "text", value)
            return nil
        }
        return pattern(text, at: value.location)
    }

    private func pattern(_ text: String, at location: SourceLocation) -> SchemaPattern? {
        if let pattern = SchemaPattern(text) { return pattern }
        compiler.report("\"\(text)\" is no regular expression", at: location)
        return nil
    }

    /// An unknown format means nothing, as the specification asks for.
    func format() -> SchemaFormat? {
        guard let value = map["format"] else { return nil }
        if value.string == nil { report("format", "text", value) }
        return compiler.checksFormats ? value.string.flatMap(SchemaFormat.init) : nil
    }

    // MARK: - Lists of scalars

    func names(_ keyword: String) -> [String] { map[keyword].map { names($0, of: keyword) } ?? [] }

    private func names(_ value: Value, of keyword: String) -> [String] {
        guard let list = value.list else {
            report(keyword, "a list of keys", value)
            return []
        }
        return list.compactMap { item in
            if item.string == nil { report("an entry of \(keyword)", "text", item) }
            return item.string
        }
    }

    func types() -> ValueTypes? {
        guard let value = map["type"] else { return nil }
        var types: ValueTypes = []
        for item in value.list ?? [value] {
            guard let named = ValueTypes.named.first(where: { $0.name == item.string }) else {
                compiler.report(
                    "`type` must be the name of a type, not \(item.oneLine(limit: 60))",
                    advice: Suggestion.advice(for: item.string ?? "", among: ValueTypes.named.map(\.name)),
                    at: item.location)
                return nil
            }
            types.insert(named.type)
        }
        if types.isEmpty { report("type", "a type, or a list of them", value) }
        return types.isEmpty ? nil : types
    }

    func choices() -> [SchemaChoices] {
        var result = map["const"].map { [SchemaChoices(keyword: "const", [$0])] } ?? []
        guard let value = map["enum"] else { return result }
        if let list = value.list {
            result.append(SchemaChoices(keyword: "enum", list))
        } else {
            report("enum", "a list of values", value)
        }
        return result
    }

    // MARK: - Schemas

    func schema(_ keyword: String) -> Int? {
        map.entry(keyword).map { compiler.index(of: place.below(keyword, $0.value, at: $0.keyLocation)) }
    }

    func schemas(_ keyword: String, mayBeEmpty: Bool = false) -> [Int] {
        guard let value = map[keyword] else { return [] }
        guard let list = value.list, mayBeEmpty || !list.isEmpty else {
            report(keyword, "a list of schemas", value)
            return []
        }
        let outer = place.below(keyword, value, at: value.location)
        return list.enumerated().map { compiler.index(of: outer.below(String($0), $1, at: $1.location)) }
    }

    func namedSchemas(_ keyword: String) -> [(key: String, location: SourceLocation, schema: Int)] {
        guard let value = map[keyword] else { return [] }
        guard let members = value.map else {
            report(keyword, "a map of schemas", value)
            return []
        }
        let outer = place.below(keyword, value, at: value.location)
        return members.keys.compactMap { key in
            guard let entry = members.entry(key) else { return nil }
            let inner = outer.below(key.text, entry.value, at: entry.keyLocation)
            return (key.text, entry.keyLocation, compiler.index(of: inner))
        }
    }

    func patternSchemas(_ keyword: String) -> [(pattern: SchemaPattern, schema: Int)] {
        namedSchemas(keyword).compactMap { member in
            pattern(member.key, at: member.location).map { ($0, member.schema) }
        }
    }

    func dependencies() -> (keys: [(key: String, needs: [String])], forms: [(key: String, schema: Int)]) {
        guard let value = map["dependencies"] else { return ([], []) }
        guard let members = value.map else {
            report("dependencies", "a map", value)
            return ([], [])
        }
        let outer = place.below("dependencies", value, at: value.location)
        var keys: [(key: String, needs: [String])] = []
        var forms: [(key: String, schema: Int)] = []
        for (key, _) in members {
            guard let entry = members.entry(key) else { continue }
            if entry.value.list != nil {
                keys.append((key, names(entry.value, of: "dependencies")))
            } else {
                let inner = outer.below(key, entry.value, at: entry.keyLocation)
                forms.append((key, compiler.index(of: inner)))
            }
        }
        return (keys, forms)
    }

    /// Reads what only a `$ref` leads to, so that its mistakes show too.
    func compileDefinitions() {
        for keyword in ["definitions", "$defs"] { _ = namedSchemas(keyword) }
    }
}
