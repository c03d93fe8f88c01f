import FleetModel
import FleetTesting
import Testing

/// Numbers, patterns and formats in detail.
@Suite(.tags(.small))
struct SchemaScalarTests {
    private func accepts(_ schema: String, _ value: String) throws -> Bool {
        let schema = try SchemaSample.schema("$schema: http://json-schema.org/draft-07/schema#\n\(schema)")
        #expect(schema.findings == [])
        return schema.accepts(try SchemaSample.tree(value, "v.yaml"))
    }

    @Test(arguments: [
        ("multipleOf: 0.01", "0.07", true), ("multipleOf: 0.01", "0.075", false), ("multipleOf: 0.1", "0.3", true),
        ("multipleOf: 1.0e-8", "12391239123", true), ("multipleOf: 0.123456789", "1.0e+308", false),
        ("multipleOf: 5.0e-324", "1.0e+308", true), ("multipleOf: 3", "18446744073709551615", true),
        ("multipleOf: 18446744073709551615", "3", false), ("multipleOf: 1", ".inf", false),
        ("multipleOf: 1", ".nan", false), ("multipleOf: 2", "-9223372036854775808", true),
        ("multipleOf: 1.0e+300", "7", false), ("multipleOf: 7", "0", true), ("const: 1.0", "1", true),
        ("const: 18446744073709551615", "18446744073709551615", true),
        ("const: 9007199254740993", "9007199254740992.0", false),
        ("maximum: 9223372036854775807", "18446744073709551615", false),
        ("maximum: 9007199254740992.0", "9007199254740993", false), ("minimum: 0", ".inf", true),
        ("exclusiveMaximum: 9223372036854775808", "9223372036854775807", true), ("type: integer", "1.0", true),
        ("type: integer", "1.0e+300", true), ("type: integer", "0.5", false), ("type: integer", ".nan", false),
        ("enum: [1, true]", "1.0", true), ("enum: [0, \"1\"]", "false", false),
        ("uniqueItems: true", "[1, 1.0]", false),
        ("uniqueItems: true", "[1, true, \"1\"]", true), ("const: {a: [1], b: 2}", "{b: 2.0, a: [1]}", true),
    ])
    func comparesNumbersByWhatTheyAre(_ schema: String, value: String, isAccepted: Bool) throws {
        #expect(try accepts(schema, value) == isAccepted)
    }

    /// As Go's regular expressions, which Helm uses.
    @Test(arguments: [
        ("^a$", "a", true), ("^a$", "a\n", false), ("^.*$", "a\nb", false), (".*", "a\nb", true), ("", "", true),
        ("\\d", "٣", false), ("^\\w+$", "é", false), ("[\\d]", "5", true), ("[^\\d]", "5", false),
        ("[\\D]", "5", false),
        ("^[]a]$", "]", true), ("^[[a]$", "[", true), ("^[a&&b]+$", "a&b", true), ("a\\$", "a$", true),
        ("[$]$", "$", true),
        ("^\\p{Lu}$", "Ä", true), ("^..$", "😀a", true), ("\\Aa\\z", "a", true), ("^\\S+$", "a b", false),
    ])
    func matchesPatternsAsHelmDoes(_ pattern: String, text: String, isMatch: Bool) throws {
        let schema = JSONSchema(
            try SchemaSample.tree("pattern: \(pattern.debugDescription)", "s.yaml"), file: "s.yaml")
        #expect(schema.findings == [])
        #expect(schema.accepts(Value(.string(text), at: SourceLocation(file: "v.yaml"))) == isMatch)
    }

    @Test(arguments: [
        ("date", "2024-02-29", true), ("date", "2023-02-29", false), ("date", "2024-2-29", false),
        ("time", "12:00:00Z", true), ("time", "23:59:60Z", true), ("time", "12:59:60Z", false),
        ("time", "12:00:00", false),
        ("date-time", "2024-02-29t12:00:00.5+01:30", true), ("date-time", "2024-02-29 12:00:00Z", false),
        ("email", "a.b@example.org", true), ("email", "a..b@example.org", false), ("email", "a@[127.0.0.1]", true),
        ("email", "someone", false), ("hostname", "hub.example.org", true), ("hostname", "-a.org", false),
        ("hostname", "a_b", false), ("ipv4", "127.0.0.1", true), ("ipv4", "127.0.0.256", false),
        ("ipv4", "127.1", false),
        ("ipv6", "::1", true), ("ipv6", "1::2::3", false), ("regex", "^a$", true), ("regex", "a(", false),
        ("uri", "https://example.org/?a=b#c", true), ("uri", "//example.org", false), ("uri", "a b:c", false),
        ("uri", "http://a/%zz", false), ("uri-reference", "/a#b", true), ("uri-reference", "a\\b", false),
        ("uuid", "2EB8AA08-AA98-11EA-B4AA-73B441D16380", true), ("uuid", "2EB8AA08", false), ("unheard-of", "x", true),
    ])
    func checksFormats(_ format: String, text: String, isAccepted: Bool) throws {
        #expect(try accepts("format: \(format)", text.debugDescription) == isAccepted)
    }

    /// As Helm 4, which takes a schema that names no draft for one of 2020-12.
    @Test func formatsCountOnlyWhereTheSchemaNamesItsDraft() throws {
        let value = try SchemaSample.tree("someone", "v.yaml")
        let root = try SchemaSample.tree("format: email", "s.yaml")
        #expect(JSONSchema(root, file: "s.yaml").accepts(value))
        #expect(!JSONSchema(root, file: "s.yaml", checksFormats: true).accepts(value))
    }
}
