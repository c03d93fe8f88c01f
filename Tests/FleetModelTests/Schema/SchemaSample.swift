import FleetModel
import Testing

/// Schemas and values from short texts.
enum SchemaSample {
    static func tree(_ text: String, _ file: String) throws -> Value {
        let document = YAMLReader.read(text, file: file)
        #expect(document.findings == [])
        return try #require(document.root)
    }

    static func schema(_ text: String, documents: [String: String] = [:]) throws -> JSONSchema {
        let others = try documents.map { ($0.key, try tree($0.value, "other.json")) }
        return JSONSchema(
            try tree(text, "s.yaml"), file: "s.yaml", documents: Dictionary(uniqueKeysWithValues: others))
    }

    static func secrets(_ text: String) throws -> Value {
        try #require(YAMLReader.read(Array(text.utf8), file: "enc.yaml", hidesScalars: true).root)
    }

    /// The findings about a value, each on one line.
    static func findings(_ schema: String, _ value: String) throws -> [String] {
        let schema = try Self.schema(schema)
        #expect(schema.findings == [])
        return schema.findings(for: try tree(value, "v.yaml"), at: ValuePath([])).map(\.description)
    }
}
