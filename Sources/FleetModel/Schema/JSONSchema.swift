/// A JSON Schema of draft-07, read once so that the values of many hubs can be checked against it.
///
/// Sources: the specification of draft-07 and its official test suite, which the tests run; where the two leave a choice,
/// Helm 4.1. So `format` counts only in a schema whose `$schema` names draft-07 or an older draft, and only for the
/// formats of `SchemaFormat`; patterns have the meaning of Go's regular expressions.
package struct JSONSchema: Sendable {
    /// What is wrong with the schema itself. The parts that the findings name are not checked.
    package let findings: [Finding]
    private let nodes: [SchemaNode]

    /// - Parameters:
    ///   - root: the tree of the schema's file.
    ///   - file: the path of the file, as messages show it.
    ///   - documents: other schemas by their absolute address, for a `$ref` that leads out of the file. A relative one
    ///     is resolved against `$id`, or else against `file:///FILE`.
    ///   - checksFormats: whether `format` counts; nil for what Helm 4 does.
    package init(
        _ root: Value, file: String, documents: [String: Value] = [:], checksFormats: Bool? = nil
    ) {
        let registry = SchemaRegistry(root, file: file, documents: documents)
        let compiler = SchemaCompiler(registry, checksFormats: checksFormats ?? Self.helmChecksFormats(root))
        nodes = compiler.compile()
        findings = compiler.findings.sorted()
    }

    /// Helm takes a schema without `$schema` for one of draft 2020-12, in which `format` is a remark.
    private static func helmChecksFormats(_ root: Value) -> Bool {
        guard let draft = root["$schema"]?.string else { return false }
        return ["draft-07", "draft-06", "draft-04"].contains { draft.contains("json-schema.org/\($0)/schema") }
    }

    /// Whether nothing in a value is surely wrong. Secrets that cannot be read are taken to be right.
    package func accepts(_ value: Value) -> Bool { SchemaWalk(nodes).check(value, against: 0) }

    /// All that is wrong with a value, in the order of its keys; `path` is where the value itself stands.
    package func violations(in value: Value, at path: ValuePath = ValuePath([])) -> [Violation] {
        let silent = SchemaWalk(nodes)
        if silent.check(value, against: 0), !silent.isExhausted { return [] }
        let walk = SchemaWalk(nodes, path: path)
        return walk.collecting {
            _ = walk.check(value, against: 0)
            if walk.isExhausted { _ = walk.fail(walk.tooLarge(), value, nodes[0]) }
        }
    }

    /// What a check says about a value, by place. That the schema itself is wrong stands in `findings`.
    package func findings(for value: Value, at path: ValuePath = ValuePath([])) -> [Finding] {
        violations(in: value, at: path).map(\.finding).sorted()
    }
}

extension JSONSchema {
    /// One thing that is wrong with a value.
    package struct Violation: Sendable, Equatable {
        /// The kinds of violations: the last part of a finding's rule.
        package enum Rule: String, Sendable, CaseIterable {
            /// A key that the schema does not know.
            case unknownKey = "unknown-key"
            case missingKey = "missing-key"
            case type
            /// Another value than those listed.
            case choice = "enum"
            /// Text, or a key, of another form: `pattern` and `format`.
            case pattern
            /// A number that is too large, too small, or no multiple.
            case range
            /// Too many or too few characters, items or keys.
            case length
            case other
        }

        package let rule: Rule
        package let path: ValuePath
        /// The place that set the value; of an unknown key the key, for a missing one the map.
        package let location: SourceLocation
        /// One sentence. It never holds a secret.
        package let message: String
        package let advice: String?
        /// The keyword that is violated: `values.schema.yaml#/properties/hub/type`.
        package let keyword: String
        package let schemaLocation: SourceLocation
        /// Whether it is another value than the only one that is allowed, which often tells forms of a map apart.
        let isConstant: Bool
        /// The key that is missing.
        package let missing: String?

        package var finding: Finding {
            let source = "asked for by \(keyword)"
            return Finding(
                rule: "schema/\(rule.rawValue)", message, advice: advice.map { "\($0); \(source)" } ?? source,
                at: location, related: [schemaLocation])
        }
    }
}
