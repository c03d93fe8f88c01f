import FleetModel
import FleetTesting
import Testing

/// Schemas that are wrong themselves: each mistake has a place, and the rest is checked.
@Suite(.tags(.small))
struct BrokenSchemaTests {
    @Test(arguments: [
        ("a: {$ref: \"#/definitions/x\"}", "`$ref` leads to \"#/definitions/x\", which does not exist"),
        ("a: {$ref: 5}", "`$ref` must be text, not a whole number"),
        ("a: {$ref: \"#nowhere\"}", "`$ref` leads to \"#nowhere\", which does not exist"),
        ("a: {$ref: \"#/properties/a\"}", "this `$ref` leads back to itself"),
        ("a: {pattern: \"a[\"}", "\"a[\" is no regular expression"),
        ("a: {patternProperties: {\"(\": true}}", "\"(\" is no regular expression"),
        ("a: {type: strng}", "`type` must be the name of a type, not \"strng\""),
        ("a: {type: []}", "`type` must be a type, or a list of them, not []"),
        ("a: {enum: x}", "`enum` must be a list of values, not \"x\""),
        ("a: {maxLength: -1}", "`maxLength` must be a whole number from 0, not -1"),
        ("a: {minimum: \"1\"}", "`minimum` must be a number, not \"1\""),
        ("a: {multipleOf: 0}", "`multipleOf` must be a number above 0, not 0"),
        ("a: {required: b}", "`required` must be a list of keys, not \"b\""),
        ("a: {required: [5]}", "`an entry of required` must be text, not 5"),
        ("a: {properties: [b]}", "`properties` must be a map of schemas, not [\"b\"]"),
        ("a: {allOf: []}", "`allOf` must be a list of schemas, not []"),
        ("a: {dependencies: 5}", "`dependencies` must be a map, not 5"),
        ("a: {uniqueItems: 1}", "`uniqueItems` must be true or false, not 1"),
        ("a: {pattern: 1}", "`pattern` must be text, not 1"),
        ("a: {not: text}", "a schema must be a map, true or false, not text"),
    ])
    func reports(_ part: String, message: String) throws {
        let schema = try SchemaSample.schema("properties:\n  \(part)\n  z: {type: string}\n")
        #expect(schema.findings.map(\.message) == [message])
        #expect(schema.findings.map(\.rule) == ["schema/invalid"])
        #expect(schema.findings.map(\.location.file) == ["s.yaml"])
        #expect(schema.findings.map(\.location.line) == [2])
        let value = try SchemaSample.tree("a: 5\nz: 5\n", "v.yaml")
        #expect(schema.violations(in: value).map(\.path.description) == ["z"])
    }

    @Test(arguments: [
        "not: {pattern: \"(\"}", "not: 5", "not: {$ref: \"#/x\"}", "oneOf: [true, {type: strng}]",
        "if: {maxLength: a}\nthen: false",
    ])
    func refusesNothingBecauseOfAMistake(_ text: String) throws {
        let schema = try SchemaSample.schema(text)
        #expect(schema.findings.count == 1)
        #expect(schema.violations(in: try SchemaSample.tree("text", "v.yaml")) == [])
    }

    @Test func suggestsTheDefinitionThatIsMeant() throws {
        let schema = try SchemaSample.schema("{definitions: {port: {}}, items: {$ref: \"#/definitions/prot\"}}")
        #expect(schema.findings.map(\.advice) == ["did you mean \"#/definitions/port\"?"])
    }

    @Test func aSchemaThatIsElsewhereIsAWarning() throws {
        let schema = try SchemaSample.schema("properties: {a: {$ref: \"https://example.org/x.json#/y\"}}")
        #expect(schema.findings.map(\.severity) == [.warning])
        #expect(
            schema.findings.map(\.message) == [
                "the schema https://example.org/x.json is not at hand, so what stands here is not checked"
            ])
    }

    @Test func readsSchemasThatAreGiven() throws {
        let schema = try SchemaSample.schema(
            "$id: https://example.org/s/root.json\nitems: {$ref: \"other.json#/definitions/a\"}",
            documents: [
                "https://example.org/s/other.json": "definitions: {a: {$ref: \"#b\"}, b: {$id: \"#b\", type: string}}"
            ])
        #expect(schema.findings == [])
        let violation = try #require(schema.violations(in: SchemaSample.tree("[1]", "v.yaml")).first)
        #expect(violation.keyword == "https://example.org/s/other.json#/definitions/b/type")
        #expect(violation.schemaLocation.file == "other.json")
    }

    @Test func saysThatAnotherDraftIsReadAsThisOne() throws {
        let schema = try SchemaSample.schema("$schema: https://json-schema.org/draft/2020-12/schema")
        #expect(schema.findings.map(\.rule) == ["schema/draft"])
        #expect(schema.findings.map(\.severity) == [.note])
    }

    @Test(arguments: [
        "{$ref: \"#\"}", "{allOf: [{$ref: \"#\"}]}", "{not: {$ref: \"#\"}}", "{anyOf: [{$ref: \"#\"}, {type: string}]}",
        "{allOf: [{$ref: \"#/definitions/a\"}], definitions: {a: {oneOf: [{$ref: \"#\"}]}}}",
        "{if: {$ref: \"#\"}, then: {$ref: \"#\"}, dependencies: {a: {$ref: \"#\"}}}",
    ])
    func endsWhenASchemaContainsItself(_ text: String) throws {
        let schema = try SchemaSample.schema(text)
        _ = schema.violations(in: try SchemaSample.tree("{a: [1, {b: x}]}", "v.yaml"))
    }

    /// Each level asks twice for the next one: a thousand million checks, which are given up in time.
    @Test(.timeLimit(.minutes(20)))
    func givesUpOnASchemaThatMultipliesItself() throws {
        var text = "allOf: [{$ref: \"#/definitions/d0\"}]\ndefinitions:\n"
        for level in 0..<30 {
            let next = "{$ref: \"#/definitions/d\(level + 1)\"}"
            text += "  d\(level): {allOf: [{items: \(next)}, {allOf: [\(next), \(next)]}]}\n"
        }
        let schema = try SchemaSample.schema(text + "  d30: {type: [array, string]}\n")
        let violations = schema.violations(in: try SchemaSample.tree("a", "v.yaml"))
        #expect(violations.map(\.message).last?.contains("takes too long") == true)
    }

    @Test(arguments: [
        "not: NEXT", "anyOf: [NEXT]", "allOf: [{oneOf: [NEXT]}]", "dependencies: {a: NEXT}", "if: NEXT\n    then: NEXT",
    ])
    func aVeryDeepSchemaDoesNotExhaustTheStack(_ form: String) throws {
        var text = "$ref: \"#/definitions/d0\"\ndefinitions:\n"
        for level in 0..<2_000 {
            text +=
                "  d\(level):\n    " + form.replacing("NEXT", with: "{$ref: \"#/definitions/d\(level + 1)\"}") + "\n"
        }
        let schema = try SchemaSample.schema(text + "  d2000: false\n")
        _ = schema.violations(in: try SchemaSample.tree("a: 1", "v.yaml"))
    }
}
