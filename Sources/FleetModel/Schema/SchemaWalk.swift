/// One check of a value against compiled schemas.
///
/// It starts silent: it stops at the first thing that is wrong and builds no messages. That is all it takes for good
/// values, and for the forms that `anyOf` and the like throw away. `collecting` makes it go on and say what is wrong.
final class SchemaWalk {
    /// What can be said of a value when a part of it may be a secret that is not known, or the schema is broken.
    enum Verdict {
        case fits
        case unknown
        case fails
    }

    /// Schemas that multiply themselves would take for ever.
    private static let limit = 2_000_000
    /// Schemas in schemas, all of one value and its parts, that the stack bears. Values are at most 100 deep.
    private static let maximumNesting = 1_500

    let nodes: [SchemaNode]
    /// The way to the value in hand.
    private(set) var steps: [ValuePath.Step]
    /// The key in hand, when the keys themselves are checked.
    private(set) var key: String?
    private(set) var isSilent = true
    private(set) var revealsSecrets = true
    /// Whether an answer so far rests on a secret that is not known, or on a mistake in the schema.
    private var isUnknown = false
    private var violations: [JSONSchema.Violation] = []
    private var remaining = SchemaWalk.limit
    /// Whether the check was given up, with what is left taken to be right.
    var isExhausted: Bool { remaining <= 0 }
    /// Schemas that were followed without going deeper into the value.
    private var followed: [(schema: Int, depth: Int)] = []
    private var depth = 0
    private var nesting = 0

    init(_ nodes: [SchemaNode], path: ValuePath = ValuePath([])) {
        self.nodes = nodes
        steps = path.steps
    }

    /// Whether a value fits a schema, as far as it is known.
    func check(_ value: Value, against schema: Int) -> Bool {
        remaining -= 1
        guard remaining > 0, nesting < Self.maximumNesting else {
            remaining = 0
            isUnknown = true
            return true
        }
        nesting += 1
        defer { nesting -= 1 }
        let node = nodes[schema]
        if node.isBroken { isUnknown = true }
        switch node.form {
        case .always(let answer): return answer || fail(unwanted(), value, node)
        case .reference(let target): return follow(target, value)
        case .rules: return check(value, node)
        }
    }

    private func check(_ value: Value, _ node: SchemaNode) -> Bool {
        guard let content = content(of: value) else { return checkLocked(value, node) }
        // Of another type or no possible choice: everything else would only repeat it.
        if let types = node.types, types.isDisjoint(with: ValueTypes(of: content)) {
            return fail(wrongType(types, content, value), value, node)
        }
        for choices in node.choices where !isAmong(choices, content) {
            return fail(wrongChoice(choices, value), value, node)
        }
        var fits = true
        switch content {
        case .integer, .unsigned, .float:
            if let rules = node.number { fits = check(content, rules, value, node) }
        case .string(let text):
            if let rules = node.text { fits = check(text, rules, value, node) }
        case .list(let list):
            if let rules = node.list { fits = check(list, rules, value, node) }
        case .map(let map):
            if let rules = node.map { fits = check(map, rules, value, node) }
        case .null, .bool, .secret: break
        }
        guard let rules = node.combined, fits || !isSilent else { return fits }
        return check(rules, value, node) && fits
    }

    // MARK: - Secrets

    private func content(of value: Value) -> Value.Content? {
        guard case .secret(let secret) = value.content else { return value.content }
        return revealsSecrets ? secret.reveal() : nil
    }

    /// Of a secret that is not known it is known that it is a scalar.
    private func checkLocked(_ value: Value, _ node: SchemaNode) -> Bool {
        if let types = node.types, types.isDisjoint(with: .scalars) {
            return fail(wrongType(types, value.content, value), value, node)
        }
        if node.looksAtScalars { isUnknown = true }
        return node.combined.map { check($0, value, node) } ?? true
    }

    private func isAmong(_ choices: SchemaChoices, _ content: Value.Content) -> Bool {
        guard let value = ComparableValue(content, reveals: revealsSecrets) else {
            isUnknown = true
            return true
        }
        return choices.keys.contains(value)
    }

    /// Says that an answer rests on a secret that is not known.
    func noteUnknown() { isUnknown = true }

    /// What can be said of a value; nothing is reported.
    func verdict(_ value: Value, _ schema: Int) -> Verdict {
        let before = (isSilent, isUnknown)
        (isSilent, isUnknown) = (true, false)
        let fits = check(value, against: schema)
        let verdict: Verdict = fits ? (isUnknown ? .unknown : .fits) : .fails
        (isSilent, isUnknown) = before
        return verdict
    }

    /// Does something as if no secret could be read, so that the outcome tells nothing of any.
    func withoutSecrets<Result>(_ body: () -> Result) -> Result {
        let before = revealsSecrets
        revealsSecrets = false
        defer { revealsSecrets = before }
        return body()
    }

    // MARK: - The way through the value

    /// Goes on in a part of the value.
    func enter(_ step: ValuePath.Step, _ value: Value, _ schema: Int) -> Bool {
        steps.append(step)
        depth += 1
        defer {
            steps.removeLast()
            depth -= 1
        }
        return check(value, against: schema)
    }

    /// Checks a key itself.
    func checkName(_ name: String, at location: SourceLocation, _ schema: Int) -> Bool {
        key = name
        depth += 1
        defer {
            key = nil
            depth -= 1
        }
        return check(Value(.string(name), at: location), against: schema)
    }

    /// A schema that leads back to itself asks for nothing more of the same value.
    private func follow(_ target: Int, _ value: Value) -> Bool {
        for entry in followed.reversed() {
            if entry.depth != depth { break }
            if entry.schema == target {
                isUnknown = true
                return true
            }
        }
        followed.append((target, depth))
        defer { followed.removeLast() }
        return check(value, against: target)
    }

    // MARK: - What is said

    /// Everything that is wrong, as the body finds it.
    func collecting(_ body: () -> Void) -> [JSONSchema.Violation] {
        let before = (isSilent, violations)
        (isSilent, violations) = (false, [])
        body()
        let result = violations
        (isSilent, violations) = before
        return result
    }

    /// Reports something, unless this is a silent check.
    /// - Returns: false.
    func fail(_ complaint: @autoclosure () -> Complaint, _ value: Value, _ node: SchemaNode) -> Bool {
        guard !isSilent else { return false }
        let complaint = complaint()
        violations.append(
            JSONSchema.Violation(
                rule: complaint.rule, path: ValuePath(key.map { steps + [.key($0)] } ?? steps),
                location: complaint.location ?? value.location,
                message: complaint.message, advice: complaint.advice,
                keyword: node.place.address + (complaint.keyword.isEmpty ? "" : "/\(complaint.keyword)"),
                schemaLocation: node.place.location(of: complaint.keyword), isConstant: complaint.isConstant,
                missing: complaint.missing))
        return false
    }

    func report(_ more: [JSONSchema.Violation]) { violations += more }
}
