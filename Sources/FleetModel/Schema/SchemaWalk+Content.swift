import OrderedCollections
import Texts

/// What each type of content must fulfil.
extension SchemaWalk {
    func check(_ content: Value.Content, _ rules: NumberRules, _ value: Value, _ node: SchemaNode) -> Bool {
        guard let number = ExactNumber(content) else { return true }
        if let limit = rules.minimum, number < limit {
            return fail(outOfRange("minimum", "at least", value, node), value, node)
        }
        if let limit = rules.exclusiveMinimum, number <= limit {
            return fail(outOfRange("exclusiveMinimum", "more than", value, node), value, node)
        }
        if let limit = rules.maximum, limit < number {
            return fail(outOfRange("maximum", "at most", value, node), value, node)
        }
        if let limit = rules.exclusiveMaximum, limit <= number {
            return fail(outOfRange("exclusiveMaximum", "less than", value, node), value, node)
        }
        if let divisor = rules.multipleOf, !number.isMultiple(of: divisor) {
            return fail(outOfRange("multipleOf", "a multiple of", value, node), value, node)
        }
        return true
    }

    func check(_ text: String, _ rules: TextRules, _ value: Value, _ node: SchemaNode) -> Bool {
        var fits = rules.size.isEmpty || check(text.unicodeScalars.count, rules.size, value, node)
        if let pattern = rules.pattern, fits || !isSilent, !pattern.matches(text) {
            fits = fail(wrongPattern(pattern, value), value, node)
        }
        if let format = rules.format, fits || !isSilent, !format.fits(text) {
            fits = fail(wrongFormat(format, value), value, node)
        }
        return fits
    }

    private func check(_ count: Int, _ size: SizeRule, _ value: Value, _ node: SchemaNode) -> Bool {
        if let least = size.least, count < least.count {
            return fail(wrongSize(least.keyword, "at least \(size.words(least.count))", count, value), value, node)
        }
        if let most = size.most, count > most.count {
            return fail(wrongSize(most.keyword, "at most \(size.words(most.count))", count, value), value, node)
        }
        return true
    }

    // MARK: - Lists

    func check(_ list: [Value], _ rules: ListRules, _ value: Value, _ node: SchemaNode) -> Bool {
        var fits = rules.size.isEmpty || check(list.count, rules.size, value, node)
        if rules.isUnique, fits || !isSilent { fits = checkUnique(list, value, node) && fits }
        if let contains = rules.contains, fits || !isSilent {
            fits = checkContains(list, contains, value, node) && fits
        }
        for (index, item) in list.enumerated() {
            if isSilent, !fits { return false }
            if index < rules.first.count {
                fits = enter(.index(index), item, rules.first[index]) && fits
            } else if let others = rules.others {
                if !rules.first.isEmpty, case .always(false) = nodes[others].form {
                    return fail(tooManyItems(rules.first.count, list.count, item), value, node)
                }
                fits = enter(.index(index), item, others) && fits
            }
        }
        return fits
    }

    private func checkUnique(_ list: [Value], _ value: Value, _ node: SchemaNode) -> Bool {
        var seen: Set<ComparableValue> = []
        for item in list {
            guard let key = ComparableValue(item, reveals: revealsSecrets) else {
                noteUnknown()
                continue
            }
            if !seen.insert(key).inserted { return fail(twice(item), value, node) }
        }
        return true
    }

    private func checkContains(_ list: [Value], _ schema: Int, _ value: Value, _ node: SchemaNode) -> Bool {
        var isPossible = false
        for item in list {
            switch verdict(item, schema) {
            case .fits: return true
            case .unknown: isPossible = true
            case .fails: break
            }
        }
        if isPossible { noteUnknown() }
        return isPossible || fail(noneFits(), value, node)
    }

    // MARK: - Maps

    func check(_ map: ValueMap, _ rules: MapRules, _ value: Value, _ node: SchemaNode) -> Bool {
        var fits = rules.size.isEmpty || check(map.count, rules.size, value, node)
        for name in rules.required where map[name] == nil {
            fits = fail(missing(name, map, rules), value, node)
            if isSilent { return false }
        }
        if fits || !isSilent { fits = checkDependencies(map, rules, value, node) && fits }
        let keys = map.keys
        let entries = map.entries
        for index in keys.indices {
            if isSilent, !fits { return false }
            fits = check(keys[index], entries[index], map, rules, node) && fits
        }
        return fits
    }

    private func check(
        _ exactKey: ExactText, _ entry: ValueMap.Entry, _ map: ValueMap, _ rules: MapRules, _ node: SchemaNode
    ) -> Bool {
        let key = exactKey.text
        var fits = true
        var isKnown = false
        if let names = rules.names { fits = checkName(key, at: entry.keyLocation, names) }
        if let schema = rules.properties[exactKey] {
            isKnown = true
            fits = enter(.key(key), entry.value, schema) && fits
        }
        for (pattern, schema) in rules.patterns where pattern.matches(key) {
            isKnown = true
            fits = enter(.key(key), entry.value, schema) && fits
        }
        guard !isKnown, let additional = rules.additional else { return fits }
        if case .always(false) = nodes[additional].form {
            return fail(unknownKey(key, entry, map, rules), entry.value, node)
        }
        return enter(.key(key), entry.value, additional) && fits
    }

    private func checkDependencies(_ map: ValueMap, _ rules: MapRules, _ value: Value, _ node: SchemaNode) -> Bool {
        var fits = true
        for (key, needs) in rules.neededKeys where map[key] != nil {
            for name in needs where map[name] == nil { fits = fail(missing(name, neededBy: key), value, node) }
        }
        for (key, schema) in rules.neededForms where map[key] != nil && (fits || !isSilent) {
            fits = check(value, against: schema) && fits
        }
        return fits
    }
}
