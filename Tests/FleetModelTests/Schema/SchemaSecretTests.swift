import FleetModel
import FleetTesting
import Testing
import Texts

/// Secrets are checked, but never shown.
@Suite(.tags(.small))
struct SchemaSecretTests {
    private static let schemas = [
        "{type: array}", "{type: boolean}", "{type: [integer, \"null\"]}", "{enum: [canary-2, other]}",
        "{const: canary-0}", "{pattern: ^x}", "{minLength: 50}", "{maxLength: 2}", "{not: {const: canary-1}}",
        "{not: {type: string}}", "{anyOf: [{type: integer}, {const: canary-2}]}", "{allOf: [{minLength: 50}]}",
        "{oneOf: [{minLength: 1}, {minLength: 2}]}", "{anyOf: [{minLength: 50}, {pattern: ^y, maxLength: 3}]}",
        "{if: {minLength: 1}, then: {type: integer}}", "{format: ipv4}", "false",
    ]

    @Test(arguments: schemas)
    func neverShowsASecret(_ part: String) throws {
        let schema = try SchemaSample.schema(
            "$schema: http://json-schema.org/draft-07/schema#\nproperties: {token: \(part)}")
        let value = try SchemaSample.secrets("token: canary-1\n")
        let found = schema.findings(for: value)
        #expect(found.count == 1)
        for finding in found {
            #expect(finding.location.description == "enc.yaml:1:8")
            #expect(!finding.message.contains("canary-1"))
            #expect(!"\(finding.advice ?? "")".contains("did you mean"))
            #expect(!finding.message.contains("not 8"))
        }
    }

    @Test func checksTheContentOfASecret() throws {
        let schema = try SchemaSample.schema("properties: {a: {enum: [u, v]}, b: {type: integer}, c: {const: 1.0}}")
        #expect(schema.findings(for: try SchemaSample.secrets("{a: u, b: 5, c: 1}")) == [])
        let found = schema.violations(in: try SchemaSample.secrets("{a: z, b: q, c: 2}"))
        #expect(
            found.map(\.message) == [
                "`a` must be one of \"u\", \"v\", not •••",
                "`b` must be a whole number, but the secret ••• is something else",
                "`c` must be 1.0, not •••",
            ])
        #expect(found.map(\.advice) == [nil, nil, nil])
    }

    @Test func theChoiceOfAFormTellsNothing() throws {
        let schema = try SchemaSample.schema(
            """
            oneOf:
              - {properties: {kind: {const: canary-1}}, required: [a]}
              - {properties: {kind: {const: canary-2}}, required: [b]}
            """)
        for kind in ["canary-1", "canary-2"] {
            let violations = schema.violations(in: try SchemaSample.secrets("kind: \(kind)\n"))
            #expect(violations.map(\.message) == ["the top level needs one of `a`, `b`"])
        }
    }

    @Test func whatFollowsFromASecretTellsNothing() throws {
        let schema = try SchemaSample.schema(
            "if: {properties: {a: {const: canary-1}}}\nthen: {required: [u]}\nelse: {required: [v]}")
        for text in ["canary-1", "canary-2"] {
            let violations = schema.violations(in: try SchemaSample.secrets("a: \(text)"))
            #expect(
                violations.map(\.message) == ["the top level lacks what the schema asks for because of a secret in it"])
            #expect(violations.map(\.keyword) == ["s.yaml#/if"])
        }
        let one = try SchemaSample.schema("properties: {a: {oneOf: [{minLength: 1}, {pattern: ^c}, {pattern: ^d}]}}")
        let violations = one.violations(in: try SchemaSample.secrets("a: canary"))
        #expect(violations.map(\.message) == ["`a` fits several forms of which only one may fit"])
        #expect(violations.map(\.advice) == [nil])
    }

    /// A secret that cannot be read may be anything, but no list and no map.
    @Test(arguments: schemas)
    func takesALockedSecretToBeRight(_ part: String) throws {
        let schema = try SchemaSample.schema("properties: {token: \(part)}")
        let violations = schema.violations(in: try SchemaSample.secrets("token: canary-1\n").locked)
        #expect(violations.isEmpty == !["{type: array}", "false"].contains(part), "\(violations.map(\.message))")
    }

    @Test func doesNotGuessAtConditionsOnALockedSecret() throws {
        let schema = try SchemaSample.schema(
            "if: {properties: {a: {const: 1}}}\nthen: {required: [u]}\nelse: {required: [v]}\nuniqueItems: true")
        #expect(schema.accepts(try SchemaSample.secrets("a: 1").locked))
        #expect(!schema.accepts(try SchemaSample.secrets("a: 1")))
        let unique = try SchemaSample.schema("{uniqueItems: true, contains: {const: 3}}")
        #expect(unique.accepts(try SchemaSample.secrets("[1, 1]").locked))
        let repeated = unique.violations(in: try SchemaSample.secrets("[3, 3]"))
        #expect(repeated.map(\.message) == ["the top level has an item twice"])
    }
}
