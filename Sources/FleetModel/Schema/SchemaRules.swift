import Texts

/// What a schema asks of a number.
final class NumberRules: Sendable {
    let minimum: ExactNumber?
    let exclusiveMinimum: ExactNumber?
    let maximum: ExactNumber?
    let exclusiveMaximum: ExactNumber?
    let multipleOf: ExactNumber?

    init?(_ keywords: SchemaKeywords) {
        guard
            keywords.hasAny("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf")
        else { return nil }
        minimum = keywords.number("minimum")
        exclusiveMinimum = keywords.number("exclusiveMinimum")
        maximum = keywords.number("maximum")
        exclusiveMaximum = keywords.number("exclusiveMaximum")
        multipleOf = keywords.divisor("multipleOf")
    }
}

/// What a schema asks of text.
final class TextRules: Sendable {
    let size: SizeRule
    let pattern: SchemaPattern?
    let format: SchemaFormat?

    init?(_ keywords: SchemaKeywords) {
        guard keywords.hasAny("minLength", "maxLength", "pattern", "format") else { return nil }
        size = SizeRule(keywords, least: "minLength", most: "maxLength", unit: ("character", "characters"))
        pattern = keywords.pattern("pattern")
        format = keywords.format()
    }
}

/// How many characters, items or keys there must be.
struct SizeRule: Sendable {
    let least: (keyword: String, count: Int)?
    let most: (keyword: String, count: Int)?
    private let unit: (one: String, several: String)

    init(_ keywords: SchemaKeywords, least: String, most: String, unit: (one: String, several: String)) {
        self.least = keywords.count(least).map { (least, $0) }
        self.most = keywords.count(most).map { (most, $0) }
        self.unit = unit
    }

    var isEmpty: Bool { least == nil && most == nil }

    func words(_ count: Int) -> String { "\(count) \(count == 1 ? unit.one : unit.several)" }
}

/// What a schema asks of a list.
final class ListRules: Sendable {
    let size: SizeRule
    let isUnique: Bool
    /// The schemas of the first items, one for each.
    let first: [Int]
    /// The schema of the items after those.
    let others: Int?
    let contains: Int?

    init?(_ keywords: SchemaKeywords) {
        guard keywords.hasAny("items", "additionalItems", "minItems", "maxItems", "uniqueItems", "contains") else {
            return nil
        }
        size = SizeRule(keywords, least: "minItems", most: "maxItems", unit: ("item", "items"))
        isUnique = keywords.bool("uniqueItems") ?? false
        contains = keywords.schema("contains")
        if keywords["items"]?.list != nil {
            first = keywords.schemas("items", mayBeEmpty: true)
            others = keywords.schema("additionalItems")
        } else {
            first = []
            others = keywords.schema("items")
        }
    }
}

/// What a schema asks of a map.
final class MapRules: Sendable {
    let size: SizeRule
    let required: [String]
    let properties: [ExactText: Int]
    let patterns: [(pattern: SchemaPattern, schema: Int)]
    /// The schema of the keys that the others say nothing of.
    let additional: Int?
    let names: Int?
    /// Keys that must be there when another one is.
    let neededKeys: [(key: String, needs: [String])]
    /// Schemas that the map must fit when a key is there.
    let neededForms: [(key: String, schema: Int)]

    init?(_ keywords: SchemaKeywords) {
        guard
            keywords.hasAny(
                "properties", "patternProperties", "additionalProperties", "required", "dependencies", "propertyNames",
                "minProperties", "maxProperties")
        else { return nil }
        size = SizeRule(keywords, least: "minProperties", most: "maxProperties", unit: ("key", "keys"))
        required = keywords.names("required")
        properties = Dictionary(
            keywords.namedSchemas("properties").map { ($0.key.exact, $0.schema) },
            uniquingKeysWith: { first, _ in first })
        patterns = keywords.patternSchemas("patternProperties")
        additional = keywords.schema("additionalProperties")
        names = keywords.schema("propertyNames")
        (neededKeys, neededForms) = keywords.dependencies()
    }
}

/// Schemas that speak of the same value.
final class CombinedRules: Sendable {
    let allOf: [Int]
    let anyOf: [Int]
    let oneOf: [Int]
    let not: Int?
    let condition: Int?
    let then: Int?
    let otherwise: Int?

    init?(_ keywords: SchemaKeywords) {
        guard keywords.hasAny("allOf", "anyOf", "oneOf", "not", "if", "then", "else") else { return nil }
        allOf = keywords.schemas("allOf")
        anyOf = keywords.schemas("anyOf")
        oneOf = keywords.schemas("oneOf")
        not = keywords.schema("not")
        condition = keywords.schema("if")
        then = keywords.schema("then")
        otherwise = keywords.schema("else")
    }
}
