import FleetModel
import FleetTesting
import Testing

/// What is said when a value fits none of several forms.
@Suite(.tags(.small))
struct SchemaFormTests {
    private func messages(_ schema: String, _ value: String) throws -> [String] {
        try SchemaSample.schema(schema).violations(in: SchemaSample.tree(value, "v.yaml")).map(\.message)
    }

    @Test func takesTheFormOfTheRightType() throws {
        let schema = "properties: {a: {anyOf: [{type: \"null\"}, {type: string, enum: [u, v]}, {type: array}]}}"
        #expect(try messages(schema, "a: z") == ["`a` must be one of \"u\", \"v\", not \"z\""])
    }

    @Test func takesTheFormWithTheRightConstant() throws {
        let schema = """
            oneOf:
              - properties: {type: {const: mysql}, url: {type: string}}
                required: [type, url]
              - properties: {type: {const: sqlite}, pvc: {type: object, required: [size, class]}}
                required: [type, pvc]
                additionalProperties: false
            """
        #expect(
            try messages(schema, "{type: sqlite, pvc: {}, x: 1}") == [
                "the key \"size\" is missing in `pvc`", "the key \"class\" is missing in `pvc`",
                "unknown key \"x\" at the top level",
            ])
        #expect(try messages(schema, "{type: mysql}") == ["the key \"url\" is missing at the top level"])
    }

    @Test func takesTheFormWithTheFewestMistakes() throws {
        let schema = "anyOf: [{required: [a, b], properties: {c: {type: string}}}, {properties: {c: {minimum: 9}}}]"
        #expect(try messages(schema, "c: 5") == ["`c` must be at least 9, not 5"])
    }

    @Test func addsUpTypes() throws {
        let schema =
            "properties: {a: {anyOf: [{type: string}, {$ref: \"#/definitions/l\"}]}}\ndefinitions: {l: {type: array}}"
        #expect(try messages(schema, "a: 5") == ["`a` must be text or a list, not 5"])
    }

    @Test func addsUpChoices() throws {
        #expect(
            try messages("properties: {a: {oneOf: [{const: u}, {enum: [v, w]}]}}", "a: 5") == [
                "`a` must be one of \"u\", \"v\", \"w\", not 5"
            ])
    }

    @Test func addsUpRequiredKeys() throws {
        #expect(
            try messages("properties: {a: {anyOf: [{required: [b]}, {required: [c, d, e]}]}}", "a: {}") == [
                "`a` needs one of `b`, `c` with `d` and `e`"
            ])
    }

    @Test func saysWhenSeveralFormsAreAsNear() throws {
        let schema = "properties: {a: {oneOf: [{minimum: 10}, {maximum: 0}, {type: string}]}}"
        let violations = try SchemaSample.schema(schema).violations(in: SchemaSample.tree("a: 5", "v.yaml"))
        #expect(violations.map(\.message) == ["`a` fits none of 3 forms"])
        #expect(
            violations.map(\.advice) == ["the nearest: `a` must be at least 10, not 5; or `a` must be at most 0, not 5"]
        )
        #expect(violations.map(\.keyword) == ["s.yaml#/properties/a/oneOf"])
    }
}
