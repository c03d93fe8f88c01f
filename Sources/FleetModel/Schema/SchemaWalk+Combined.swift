/// Schemas that are made of others for the same value.
extension SchemaWalk {
    func check(_ rules: CombinedRules, _ value: Value, _ node: SchemaNode) -> Bool {
        var fits = true
        for schema in rules.allOf where fits || !isSilent { fits = check(value, against: schema) && fits }
        if !rules.anyOf.isEmpty, fits || !isSilent { fits = checkAny(of: rules.anyOf, value, node) && fits }
        if !rules.oneOf.isEmpty, fits || !isSilent { fits = checkOne(of: rules.oneOf, value, node) && fits }
        if let not = rules.not, fits || !isSilent {
            switch verdict(value, not) {
            case .fits: fits = fail(excluded(not, value), value, node)
            case .unknown: noteUnknown()
            case .fails: break
            }
        }
        if let condition = rules.condition, rules.then != nil || rules.otherwise != nil, fits || !isSilent {
            fits = check(condition, rules, value, node) && fits
        }
        return fits
    }

    private func check(_ condition: Int, _ rules: CombinedRules, _ value: Value, _ node: SchemaNode) -> Bool {
        let answer = verdict(value, condition)
        if answer == .unknown { noteUnknown() }
        guard let schema = answer == .fits ? rules.then : answer == .fails ? rules.otherwise : nil else { return true }
        // What follows from a condition on a secret tells what the secret is.
        if !isSilent, value.containsSecret, withoutSecrets({ verdict(value, condition) }) == .unknown {
            return verdict(value, schema) != .fails || fail(conditionOnSecret(), value, node)
        }
        return check(value, against: schema)
    }

    private func checkAny(of forms: [Int], _ value: Value, _ node: SchemaNode) -> Bool {
        var isPossible = false
        for form in forms {
            switch verdict(value, form) {
            case .fits: return true
            case .unknown: isPossible = true
            case .fails: break
            }
        }
        if isPossible { noteUnknown() }
        return isPossible || failAll(forms, "anyOf", value, node)
    }

    private func checkOne(of forms: [Int], _ value: Value, _ node: SchemaNode) -> Bool {
        let verdicts = forms.map { verdict(value, $0) }
        let fitting = verdicts.indices.filter { verdicts[$0] == .fits }
        let isPossible = verdicts.contains(.unknown)
        if fitting.count > 1 { return fail(severalFit(fitting, value, node), value, node) }
        if isPossible { noteUnknown() }
        return isPossible || fitting.count == 1 || failAll(forms, "oneOf", value, node)
    }

    // MARK: - When no form fits

    /// How far a value is from one form: first of the right type, then with the constants that tell forms apart, then
    /// with the fewest mistakes, the deepest.
    private struct Distance: Comparable {
        let wrongTypes: Int
        let wrongConstants: Int
        let mistakes: Int
        let height: Int

        static func < (left: Distance, right: Distance) -> Bool {
            (left.wrongTypes, left.wrongConstants, left.mistakes, left.height)
                < (right.wrongTypes, right.wrongConstants, right.mistakes, right.height)
        }
    }

    private func distance(_ violations: [JSONSchema.Violation]) -> Distance {
        Distance(
            wrongTypes: violations.count { $0.rule == .type && $0.path.steps.count == steps.count },
            wrongConstants: violations.count { $0.isConstant && $0.path.steps.count <= steps.count + 1 },
            mistakes: violations.count, height: -(violations.map(\.path.steps.count).max() ?? 0))
    }

    /// Reports why no form fits: in one sentence if there is one, else what is wrong with the form that is nearest.
    private func failAll(_ forms: [Int], _ keyword: String, _ value: Value, _ node: SchemaNode) -> Bool {
        guard !isSilent else { return false }
        let complaints = forms.map { form in withoutSecrets { collecting { _ = check(value, against: form) } } }
        if let merged = merged(complaints, forms, keyword, value) { return fail(merged, value, node) }
        let distances = complaints.map(distance)
        guard let nearest = distances.min() else { return false }
        let best = distances.indices.filter { distances[$0] == nearest }
        guard best.count == 1, let index = best.first else {
            return fail(noForm(best.map { complaints[$0] }, of: forms.count, keyword), value, node)
        }
        var chosen = complaints[index]
        // Forms are compared without looking at secrets; what is wrong with those of the chosen one has to be said.
        if revealsSecrets, value.containsSecret { chosen = collecting { _ = check(value, against: forms[index]) } }
        report(chosen)
        return false
    }

    /// One sentence for forms that differ in one thing only: the type, the choice, or the keys that must be there.
    private func merged(
        _ complaints: [[JSONSchema.Violation]], _ forms: [Int], _ keyword: String, _ value: Value
    ) -> Complaint? {
        let all = complaints.joined()
        guard complaints.allSatisfy({ !$0.isEmpty }), all.allSatisfy({ $0.path.steps == steps }) else { return nil }
        if all.allSatisfy({ $0.rule == .missingKey && $0.missing != nil }) {
            return needsOne(of: complaints.map { $0.compactMap(\.missing) }, keyword)
        }
        let nodes = forms.map(rules)
        if all.allSatisfy({ $0.rule == .type }), complaints.allSatisfy({ $0.count == 1 }) {
            let types = nodes.compactMap(\.types)
            guard types.count == nodes.count, let first = types.first else { return nil }
            let union = types.dropFirst().reduce(first) { $0.union($1) }
            return wrongType(union, value.content, value, keyword: keyword)
        }
        if all.allSatisfy({ $0.rule == .choice }), complaints.allSatisfy({ $0.count == 1 }) {
            guard nodes.allSatisfy({ $0.choices.count == 1 }) else { return nil }
            return wrongChoice(SchemaChoices(keyword: keyword, nodes.flatMap { $0.choices[0].values }), value)
        }
        return nil
    }

    /// The node that a schema stands for.
    private func rules(_ schema: Int) -> SchemaNode {
        var node = nodes[schema]
        var steps = 0
        while case .reference(let target) = node.form, steps < 100 {
            node = nodes[target]
            steps += 1
        }
        return node
    }
}
