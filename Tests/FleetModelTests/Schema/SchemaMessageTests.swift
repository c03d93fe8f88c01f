import FleetModel
import FleetTesting
import Testing

/// What is said about a wrong value, and where.
@Suite(.tags(.small))
struct SchemaMessageTests {
    private static let hub = """
        type: object
        additionalProperties: false
        required: [hub]
        properties:
          hub:
            type: object
            additionalProperties: false
            properties:
              db: {properties: {type: {enum: [sqlite-pvc, sqlite-memory, mysql, postgres, other]}}}
              replicaCount: {type: integer, minimum: 0, exclusiveMaximum: 2}
              baseUrl: {type: string, pattern: ^/, maxLength: 5}
              names: {type: array, uniqueItems: true, maxItems: 2, items: {type: [string, "null"]}}
        """

    @Test func namesTheKeyAndWhatWasMeant() throws {
        #expect(
            try SchemaSample.findings(Self.hub, "hub:\n  replicas: 1\n  baseURL: /\n") == [
                "v.yaml:2:3: error: unknown key \"replicas\" in `hub` (see s.yaml:7:5); allowed: baseUrl, db, names, "
                    + "replicaCount; asked for by s.yaml#/properties/hub/additionalProperties [schema/unknown-key]",
                "v.yaml:3:3: error: unknown key \"baseURL\" in `hub` (see s.yaml:7:5); did you mean \"baseUrl\"?; "
                    + "asked for by s.yaml#/properties/hub/additionalProperties [schema/unknown-key]",
            ])
    }

    @Test func namesTheMapOfAMissingKey() throws {
        #expect(
            try SchemaSample.findings(Self.hub, "hb: {}\n") == [
                "v.yaml:1:1: error: the key \"hub\" is missing at the top level (see s.yaml:3:1); is \"hb\" a slip of "
                    + "it?; asked for by s.yaml#/required [schema/missing-key]",
                "v.yaml:1:1: error: unknown key \"hb\" at the top level (see s.yaml:2:1); did you mean \"hub\"?; "
                    + "asked for by s.yaml#/additionalProperties [schema/unknown-key]",
            ])
    }

    @Test func namesTheChoiceThatIsNearest() throws {
        let pointer = "asked for by s.yaml#/properties/hub/properties/db/properties/type/enum [schema/enum]"
        #expect(
            try SchemaSample.findings(Self.hub, "hub: {db: {type: mysq}}\n") == [
                "v.yaml:1:18: error: `hub.db.type` must be one of \"sqlite-pvc\", \"sqlite-memory\", \"mysql\", "
                    + "\"postgres\", \"other\", not \"mysq\" (see s.yaml:9:32); did you mean \"mysql\"?; \(pointer)"
            ])
    }

    @Test(arguments: [
        ("hub: []", "`hub` must be a map, not a list", nil, "type"),
        ("hub: {baseUrl: 5}", "`hub.baseUrl` must be text, not 5", "put it in quotes", "type"),
        ("hub: {baseUrl: null}", "`hub.baseUrl` must be text, not empty", nil, "type"),
        (
            "hub: {replicaCount: \"1\"}", "`hub.replicaCount` must be a whole number, not \"1\"",
            "take the quotes away", "type"
        ),
        ("hub: {replicaCount: 1.5}", "`hub.replicaCount` must be a whole number, not 1.5", nil, "type"),
        ("hub: {replicaCount: -1}", "`hub.replicaCount` must be at least 0, not -1", nil, "range"),
        ("hub: {replicaCount: 2.0}", "`hub.replicaCount` must be less than 2, not 2.0", nil, "range"),
        ("hub: {baseUrl: a}", "`hub.baseUrl` must match `^/`, but is \"a\"", nil, "pattern"),
        ("hub: {baseUrl: /aäöü😀}", "`hub.baseUrl` must have at most 5 characters, not 6", nil, "length"),
        ("hub: {names: [a, b, c]}", "`hub.names` must have at most 2 items, not 3", nil, "length"),
        ("hub: {names: [a, a]}", "`hub.names` has \"a\" twice", "keep one of them", "other"),
        ("hub: {names: [{}]}", "`hub.names[0]` must be text or empty, not a map", nil, "type"),
    ])
    func says(_ value: String, message: String, advice: String?, rule: String) throws {
        let violations = try SchemaSample.schema(Self.hub).violations(in: SchemaSample.tree(value, "v.yaml"))
        #expect(violations.map(\.message) == [message])
        #expect(violations.map(\.advice) == [advice])
        #expect(violations.map(\.finding.rule) == ["schema/\(rule)"])
    }

    @Test(arguments: [
        ("propertyNames: {pattern: ^a}", "b: 1", "the key \"b\" at the top level must match `^a`, but is \"b\""),
        (
            "properties: {a: {not: {required: [u, v]}}}", "a: {u: 1, v: 1}",
            "`a` must not have together the keys \"u\" and \"v\""
        ),
        ("properties: {a: {not: {enum: [1, 2]}}}", "a: 1", "`a` must not be 1 or 2"),
        ("properties: {a: false}", "a: 1", "`a` is not allowed here"),
        ("properties: {a: {multipleOf: 0.01}}", "a: 0.075", "`a` must be a multiple of 0.01, not 0.075"),
        ("properties: {a: {contains: {const: 1}}}", "a: [2]", "`a` lacks an item that it must contain"),
        (
            "properties: {a: {items: [true], additionalItems: false}}", "a: [2, 3]",
            "`a` must have at most 1 item, not 2"
        ),
        ("dependencies: {a: [b]}", "a: 1", "the key \"b\" is missing at the top level, which \"a\" needs"),
        (
            "properties: {a: {oneOf: [{minimum: 1}, {maximum: 9}]}}", "a: 5",
            "`a` fits 2 forms of which only one may fit"
        ),
        ("if: {required: [a]}\nthen: {required: [b]}", "a: 1", "the key \"b\" is missing at the top level"),
        ("properties: {a: {enum: []}}", "a: 5", "`a` must be one of no values at all, not 5"),
        ("minProperties: 2", "a: 5", "the top level must have at least 2 keys, not 1"),
    ])
    func saysIt(_ schema: String, value: String, message: String) throws {
        let violations = try SchemaSample.schema(schema).violations(in: SchemaSample.tree(value, "v.yaml"))
        #expect(violations.map(\.message) == [message])
    }

    @Test(arguments: [
        ("properties: {a: true, long: true}", "zzz", "allowed: a, long"), ("type: object", "zzz", nil),
        ("properties: {long: true}\npatternProperties: {^x-: true}", "q", "allowed: long, keys that match `^x-`"),
        ("properties: {one: true, two: true}", "on", "did you mean \"one\"?"),
    ])
    func listsTheKeysThatAreAllowed(_ schema: String, key: String, advice: String?) throws {
        let violations = try SchemaSample.schema(schema + "\nadditionalProperties: false")
            .violations(in: SchemaSample.tree("\"\(key)\": 1", "v.yaml"))
        #expect(violations.map(\.advice) == [advice])
        #expect(violations.map(\.rule) == [.unknownKey])
    }

    @Test func startsPathsWhereTheValueStands() throws {
        let value = try SchemaSample.tree("hub: {x: 1}", "v.yaml")
        let path = ValuePath([.key("basehub"), .key("jupyterhub")])
        let violation = try #require(SchemaSample.schema(Self.hub).violations(in: value, at: path).first)
        #expect(violation.message == "unknown key \"x\" in `basehub.jupyterhub.hub`")
        #expect(violation.path.description == "basehub.jupyterhub.hub")
        #expect(violation.location.description == "v.yaml:1:7")
        #expect(violation.schemaLocation.description == "s.yaml:7:5")
    }

    @Test func namesThePlaceInTheSchemaThatARefLeadsTo() throws {
        let found = try SchemaSample.findings(
            "properties: {a: {$ref: \"#/definitions/b~1c\"}}\ndefinitions:\n  b/c:\n    type: string\n", "a: 1\n")
        #expect(
            found == [
                "v.yaml:1:4: error: `a` must be text, not 1 (see s.yaml:4:5); put it in quotes; asked for by "
                    + "s.yaml#/definitions/b~1c/type [schema/type]"
            ])
    }
}
