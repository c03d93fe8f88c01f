import Foundation
import Testing

/// The official test suite of JSON Schema, which scripts/tools installs.
package struct SchemaSuite {
    /// The folder with `tests`, `remotes` and `metaschemas`, when it is there.
    package static let folder: String? = {
        let environment = ProcessInfo.processInfo.environment
        let path =
            environment["HUBFLEET_JSON_SCHEMA_SUITE"] ?? RealThings.packageRoot + "/.tools/json-schema-test-suite"
        let root = URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL.path
        return FileManager.default.fileExists(atPath: root + "/tests/draft7") ? root : nil
    }()

    /// One schema with the values that it must accept or refuse.
    package struct Group {
        package let file: String
        package let description: String
        package let schema: Any
        package let cases: [Case]
    }

    package struct Case {
        package let description: String
        package let data: Any
        package let isValid: Bool
    }

    package let groups: [Group]
    /// Other documents by address: the remotes, which the suite expects at a local server, and the metaschema.
    package let documents: [(address: String, content: Any)]

    /// Reads the tests of one draft, and what they refer to, from a folder with `tests`, `remotes` and `metaschemas`.
    package init(_ folder: String, tests: String = "tests/draft7") throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(tests)").sorted()
        groups = try files.filter { $0.hasSuffix(".json") }.flatMap { file in
            try Self.array(Self.json("\(folder)/\(tests)/\(file)"), file).map { try Group($0, file: file) }
        }
        let remotes = FileManager.default.enumerator(atPath: "\(folder)/remotes")?.compactMap { $0 as? String } ?? []
        let isOurs = { (name: String) in
            name.hasSuffix(".json") && (!name.hasPrefix("draft") || name.hasPrefix("draft7/"))
        }
        documents =
            try remotes.sorted().filter(isOurs).map {
                ("http://localhost:1234/\($0)", try Self.json("\(folder)/remotes/\($0)"))
            } + [("http://json-schema.org/draft-07/schema", try Self.json("\(folder)/metaschemas/draft7.json"))]
    }

    private static func json(_ path: String) throws -> Any {
        try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(filePath: path)), options: [.fragmentsAllowed])
    }

    fileprivate static func array(_ value: Any?, _ file: String) throws -> [[String: Any]] {
        guard let array = value as? [[String: Any]] else { throw UnexpectedForm(file: file) }
        return array
    }

    /// A file that is no part of the suite, or of another version of it.
    package struct UnexpectedForm: Error {
        package let file: String

        package init(file: String) {
            self.file = file
        }
    }
}

extension SchemaSuite.Group {
    fileprivate init(_ group: [String: Any], file: String) throws {
        guard let schema = group["schema"] else { throw SchemaSuite.UnexpectedForm(file: file) }
        self.file = file
        self.schema = schema
        description = group["description"] as? String ?? ""
        cases = try SchemaSuite.array(group["tests"], file).map { test in
            guard let data = test["data"], let isValid = test["valid"] as? Bool else {
                throw SchemaSuite.UnexpectedForm(file: file)
            }
            return SchemaSuite.Case(description: test["description"] as? String ?? "", data: data, isValid: isValid)
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test where the test suite of JSON Schema is missing; in CI the test runs and fails.
    package static var needsSchemaSuite: Self {
        .enabled(
            if: RealThings.isRequired || SchemaSuite.folder != nil,
            "the test suite of JSON Schema is not installed; scripts/tools installs it")
    }
}
