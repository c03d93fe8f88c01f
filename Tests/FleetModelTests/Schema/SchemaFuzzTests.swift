import FleetModel
import FleetTesting
import Testing
import Texts

@Suite(.tags(.medium))
struct SchemaFuzzTests {
    private static let schema = """
        $schema: http://json-schema.org/draft-07/schema#
        type: object
        additionalProperties: false
        required: [hub]
        definitions:
          tree: {type: object, additionalProperties: {anyOf: [{$ref: "#/definitions/tree"}, {type: integer}]}}
          port: {$id: "#port", type: integer, minimum: 1, maximum: 65535, multipleOf: 1}
        properties:
          hub:
            oneOf:
              - {properties: {kind: {const: a}, port: {$ref: "#port"}}, required: [port]}
              - {properties: {kind: {const: b}, names: {type: array, uniqueItems: true, items: {pattern: "^[a-z]+$"}}}}
          tree: {$ref: "#/definitions/tree"}
          list: {items: [{type: string, maxLength: 3}, true], additionalItems: false, contains: {enum: [x, 1]}}
        patternProperties: {"^x-": {not: {type: "null"}, format: email}}
        dependencies: {list: [tree], tree: {minProperties: 2}}
        propertyNames: {maxLength: 9}
        if: {required: [list]}
        then: {properties: {list: {minItems: 1}}}
        else: {maxProperties: 4}
        """
    private static let values = """
        hub: {kind: a, port: 80}
        tree: {a: {b: {c: 1}}, d: 2}
        list: [x, 2]
        x-mail: a@b.c
        """
    private static let morsels: [Value.Content] = [
        .null, .bool(true), .bool(false), .integer(0), .integer(-1), .integer(.min), .unsigned(.max), .float(0.5),
        .float(.nan), .float(.infinity), .float(1e308), .string(""), .string("^("), .string("#"),
        .string("#/definitions/tree"),
        .string("string"), .string("\u{0}\u{2028}😀"), .string("a"), .list([]), .map(ValueMap()),
    ]

    private struct TreeMutation {
        var random: SplitMix
        /// Other trees, parts of which may be put into this one.
        let pool: [Value]

        /// The tree with each of its nodes changed with a chance of one in `rarity`.
        mutating func mutate(_ value: Value, rarity: Int) -> Value {
            if Int.random(in: 0..<rarity, using: &random) == 0 { return Value(replacement(), at: value.location) }
            switch value.content {
            case .list(let list):
                var items: [Value] = []
                for item in list where !chance(of: rarity * 2) {
                    items.append(mutate(item, rarity: rarity))
                    if chance(of: rarity * 2) { items.append(item) }
                }
                return Value(.list(items), at: value.location)
            case .map(let map):
                var result = ValueMap()
                for key in map.keys.map(\.text) where !chance(of: rarity * 2) {
                    guard let entry = map.entry(key) else { continue }
                    let name = chance(of: rarity * 2) ? String((key + "x").shuffled(using: &random)) : key
                    result.set(name, to: mutate(entry.value, rarity: rarity), keyLocation: entry.keyLocation)
                }
                return Value(.map(result), at: value.location)
            default: return value
            }
        }

        private mutating func chance(of rarity: Int) -> Bool { Int.random(in: 0..<rarity, using: &random) == 0 }

        private mutating func replacement() -> Value.Content {
            guard chance(of: 2), var value = pool.randomElement(using: &random) else {
                return SchemaFuzzTests.morsels.randomElement(using: &random) ?? .null
            }
            while chance(of: 2) == false {
                switch value.content {
                case .map(let map): value = map.entries.randomElement(using: &random)?.value ?? value
                case .list(let list): value = list.randomElement(using: &random) ?? value
                default: return value.content
                }
            }
            return value.content
        }
    }

    /// Neither a crash nor a hang; every place is one of a known file; the silent check and the one that speaks agree.
    @Test(.timeLimit(.minutes(20)))
    func survivesMutatedSchemasAndValues() async throws {
        let schema = try SchemaSample.tree(Self.schema, "s.yaml")
        let values = try SchemaSample.tree(Self.values, "v.yaml")
        #expect(JSONSchema(schema, file: "s.yaml").findings(for: values) == [])
        let hidden = try SchemaSample.secrets(Self.values)
        var mutation = TreeMutation(random: RandomRun.numbers(20_261_121), pool: [schema, values, hidden.locked])
        var broken = 0
        var refused = 0
        let rounds = RandomRun.rounds(600)
        for round in 0..<rounds {
            await Task.yield()
            let compiled = JSONSchema(mutation.mutate(schema, rarity: 40), file: "s.yaml")
            broken += compiled.findings.isEmpty ? 0 : 1
            for base in [values, hidden, hidden.locked] {
                let value = mutation.mutate(base, rarity: 12)
                let violations = compiled.violations(in: value)
                refused += violations.isEmpty ? 0 : 1
                let findings = compiled.findings + violations.map(\.finding)
                let isSound = violations.isEmpty == compiled.accepts(value) && findings.allSatisfy(hasKnownPlaces)
                guard isSound else {
                    Issue.record("round \(round): \(findings)")
                    return
                }
            }
        }
        #expect(broken > rounds / 6, "the schemas are hardly mutated")
        #expect(refused > rounds, "the values are hardly mutated")
    }

    private func hasKnownPlaces(_ finding: Finding) -> Bool {
        ([finding.location] + finding.related).allSatisfy { ["s.yaml", "v.yaml", "enc.yaml"].contains($0.file) }
    }
}
