import Texts

/// What is wrong, in words.
struct Complaint {
    let rule: JSONSchema.Violation.Rule
    /// The keyword, which is a key of the schema.
    let keyword: String
    let message: String
    var advice: String?
    /// Where it is not the place of the value.
    var location: SourceLocation?
    var isConstant = false
    var missing: String?

    init(_ rule: JSONSchema.Violation.Rule, _ keyword: String, _ message: String, advice: String? = nil) {
        self.rule = rule
        self.keyword = keyword
        self.message = message
        self.advice = advice
    }
}

/// Secrets show as `•••`, and nothing that is said depends on what they hold, but that it is wrong.
extension SchemaWalk {
    /// What a sentence speaks of.
    var subject: String {
        if let key { return "the key \"\(key)\" \(whereabouts)" }
        return steps.isEmpty ? "the top level" : "`\(ValuePath(steps))`"
    }

    private var whereabouts: String { steps.isEmpty ? "at the top level" : "in `\(ValuePath(steps))`" }

    private func shown(_ value: Value) -> String {
        switch value.content {
        case .null, .list, .map: value.kind
        default: value.oneLine(limit: 60)
        }
    }

    // MARK: - Types and choices

    func unwanted() -> Complaint { Complaint(.other, "", "\(subject) is not allowed here") }

    func wrongType(
        _ types: ValueTypes, _ content: Value.Content, _ value: Value, keyword: String = "type"
    ) -> Complaint {
        let isSecret = if case .secret = value.content { true } else { false }
        let found = isSecret ? "but the secret \(Secret.mask) is something else" : "not \(shown(value))"
        return Complaint(
            .type, keyword, "\(subject) must be \(types.words), \(found)",
            advice: isSecret ? nil : advice(types, content))
    }

    /// Quotes are what makes the difference between text and other scalars.
    private func advice(_ types: ValueTypes, _ content: Value.Content) -> String? {
        switch content {
        case .bool, .integer, .unsigned, .float: types.contains(.string) ? "put it in quotes" : nil
        case .string(let text):
            types.isDisjoint(with: ValueTypes(of: YAMLScalar.resolve(text))) ? nil : "take the quotes away"
        default: nil
        }
    }

    func wrongChoice(_ choices: SchemaChoices, _ value: Value) -> Complaint {
        let all = choices.values.map { $0.oneLine(limit: 60) }
        let listed = all.prefix(10).joined(separator: ", ") + (all.count > 10 ? ", …" : "")
        let allowed = all.count == 1 ? listed : "one of \(all.isEmpty ? "no values at all" : listed)"
        var complaint = Complaint(.choice, choices.keyword, "\(subject) must be \(allowed), not \(shown(value))")
        if let text = value.string,
            let close = Suggestion.closest(to: text, among: choices.values.compactMap(\.string))
        {
            complaint.advice = "did you mean \"\(close)\"?"
        } else if let text = value.string, all.count > 10 {
            complaint.advice = Suggestion.advice(for: text, among: choices.values.map { $0.string ?? $0.oneLine() })
        }
        complaint.isConstant = choices.values.count == 1
        return complaint
    }

    // MARK: - Scalars

    func outOfRange(_ keyword: String, _ relation: String, _ value: Value, _ node: SchemaNode) -> Complaint {
        let limit = node.place.value.map?[keyword]?.oneLine(limit: 60) ?? ""
        return Complaint(.range, keyword, "\(subject) must be \(relation) \(limit), not \(shown(value))")
    }

    func wrongSize(_ keyword: String, _ asked: String, _ count: Int, _ value: Value) -> Complaint {
        let isSecret = if case .secret = value.content { true } else { false }
        return Complaint(.length, keyword, "\(subject) must have \(asked)\(isSecret ? "" : ", not \(count)")")
    }

    func wrongPattern(_ pattern: SchemaPattern, _ value: Value) -> Complaint {
        Complaint(.pattern, "pattern", "\(subject) must match `\(pattern.source)`, but is \(shown(value))")
    }

    func wrongFormat(_ format: SchemaFormat, _ value: Value) -> Complaint {
        Complaint(.pattern, "format", "\(subject) must be \(format.words), not \(shown(value))")
    }

    // MARK: - Lists

    func tooManyItems(_ most: Int, _ count: Int, _ item: Value) -> Complaint {
        var complaint = Complaint(
            .length, "additionalItems", "\(subject) must have at most \(most) item\(most == 1 ? "" : "s"), not \(count)"
        )
        complaint.location = item.location
        return complaint
    }

    func twice(_ item: Value) -> Complaint {
        let what = item.containsSecret ? "an item" : item.oneLine(limit: 60)
        var complaint = Complaint(.other, "uniqueItems", "\(subject) has \(what) twice", advice: "keep one of them")
        if !item.containsSecret { complaint.location = item.location }
        return complaint
    }

    func noneFits() -> Complaint { Complaint(.other, "contains", "\(subject) lacks an item that it must contain") }

    // MARK: - Maps

    func unknownKey(_ key: String, _ entry: ValueMap.Entry, _ map: ValueMap, _ rules: MapRules) -> Complaint {
        let names = rules.properties.keys.sorted().map(\.text)
        let shown = names.prefix(20) + (names.count > 20 ? ["…"] : [])
        let allowed = shown + rules.patterns.map { "keys that match `\($0.pattern.source)`" }
        let close = Suggestion.closest(to: key, among: names.filter { map[$0] == nil })
        let advice =
            close.map { "did you mean \"\($0)\"?" }
            ?? (allowed.isEmpty ? nil : "allowed: \(allowed.joined(separator: ", "))")
        var complaint = Complaint(
            .unknownKey, "additionalProperties", "unknown key \"\(key)\" \(whereabouts)", advice: advice)
        complaint.location = entry.keyLocation
        return complaint
    }

    func missing(_ name: String, _ map: ValueMap, _ rules: MapRules) -> Complaint {
        let strangers = map.keys.filter { rules.properties[$0] == nil }
        let close = Suggestion.closest(to: name, among: strangers.map(\.text))
        var complaint = Complaint(
            .missingKey, "required", "the key \"\(name)\" is missing \(whereabouts)",
            advice: close.map { "is \"\($0)\" a slip of it?" })
        complaint.missing = name
        return complaint
    }

    func missing(_ name: String, neededBy key: String) -> Complaint {
        Complaint(
            .missingKey, "dependencies", "the key \"\(name)\" is missing \(whereabouts), which \"\(key)\" needs")
    }

    // MARK: - Forms

    func excluded(_ schema: Int, _ value: Value) -> Complaint {
        let node = nodes[schema]
        let what: String? =
            if value.containsSecret {
                // What a secret must not be is what it is.
                nil
            } else if let choices = node.choices.first {
                "be \(choices.values.map { $0.oneLine(limit: 60) }.alternatives)"
            } else if let types = node.types {
                "be \(types.words)"
            } else if let required = node.map?.required, !required.isEmpty {
                "have \(required.count == 1 ? "the key" : "together the keys") "
                    + required.map { "\"\($0)\"" }.joined(before: "and")
            } else {
                nil
            }
        return Complaint(.other, "not", what.map { "\(subject) must not \($0)" } ?? "\(subject) has an excluded form")
    }

    func severalFit(_ forms: [Int], _ value: Value, _ node: SchemaNode) -> Complaint {
        if value.containsSecret {
            return Complaint(.other, "oneOf", "\(subject) fits several forms of which only one may fit")
        }
        let pointers = forms.map { "#\(node.place.pointer)/oneOf/\($0)" }
        return Complaint(
            .other, "oneOf", "\(subject) fits \(forms.count) forms of which only one may fit",
            advice: "they are \(pointers.joined(before: "and"))")
    }

    /// "`a` needs one of `b`, `c` with `d` and `e`".
    func needsOne(of keys: [[String]], _ keyword: String) -> Complaint {
        let groups = keys.map { keys in
            let names = keys.map { "`\($0)`" }
            return names.count < 2 ? names.joined() : "\(names[0]) with \(names.dropFirst().joined(before: "and"))"
        }
        return Complaint(.missingKey, keyword, "\(subject) needs one of \(groups.joined(separator: ", "))")
    }

    func tooLarge() -> Complaint {
        Complaint(.other, "", "\(subject) takes too long to check with this schema; a part of it is not checked")
    }

    /// When several forms are as near as each other.
    func noForm(_ complaints: [[JSONSchema.Violation]], of count: Int, _ keyword: String) -> Complaint {
        let reasons = complaints.prefix(3).compactMap(\.first?.message)
        let all = complaints.count == count ? "" : "the nearest: "
        let advice = all + reasons.joined(separator: "; or ") + (complaints.count > 3 ? "; or …" : "")
        return Complaint(
            .other, keyword, "\(subject) fits none of \(count) forms", advice: reasons.isEmpty ? nil : advice)
    }

    func conditionOnSecret() -> Complaint {
        Complaint(.other, "if", "\(subject) lacks what the schema asks for because of a secret in it")
    }
}
