import FleetModel
import FleetTesting
import Foundation
import Testing
import Texts

/// The official test suite of draft-07, without its optional part.
@Suite(.tags(.medium), .needsSchemaSuite)
struct SchemaSuiteTests {
    private func suite() throws -> SchemaSuite {
        try SchemaSuite(#require(SchemaSuite.folder, "the test suite of JSON Schema is missing"))
    }

    @Test func answersAsTheOfficialTestSuiteSays() throws {
        let suite = try suite()
        let documents = try Dictionary(
            uniqueKeysWithValues: suite.documents.map { ($0.address, try Value(json: $0.content, file: $0.address)) })
        var cases = 0
        for group in suite.groups {
            let root = try Value(json: group.schema, file: group.file)
            let schema = JSONSchema(root, file: group.file, documents: documents)
            #expect(schema.findings == [], "\(group.file): \(group.description)")
            for test in group.cases {
                cases += 1
                let name: Comment = "\(group.file): \(group.description): \(test.description)"
                let value = try Value(json: test.data, file: "data")
                #expect(schema.accepts(value) == test.isValid, name)
                // The silent check and the one that explains must agree.
                #expect(schema.violations(in: value).isEmpty == test.isValid, name)
            }
        }
        print("JSON Schema: \(cases) cases of \(suite.groups.count) groups")
        #expect(suite.groups.count >= 200, "the suite is not whole")
        #expect(cases >= 800, "the suite is not whole")
    }
}

extension Value {
    /// A tree from JSONSerialization, which keeps 1.0 and 1 apart.
    init(json: Any, file: String) throws {
        let place = SourceLocation(file: file)
        switch json {
        case is NSNull: self.init(.null, at: place)
        case let text as String: self.init(.string(text), at: place)
        case let list as [Any]: try self.init(.list(list.map { try Value(json: $0, file: file) }), at: place)
        case let members as [String: Any]:
            var map = ValueMap()
            for (key, value) in members.sorted(by: { $0.key < $1.key }) {
                map.set(key, to: try Value(json: value, file: file), keyLocation: place)
            }
            self.init(.map(map), at: place)
        case let number as NSNumber: self.init(Self.content(number), at: place)
        default: throw SchemaSuite.UnexpectedForm(file: file)
        }
    }

    private static func content(_ number: NSNumber) -> Content {
        switch String(cString: number.objCType) {
        case "c": return .bool(number.boolValue)
        case "d", "f": return .float(number.doubleValue)
        default:
            return Int(exactly: number).map { .integer($0) } ?? UInt64(exactly: number).map { .unsigned($0) }
                ?? .float(number.doubleValue)
        }
    }
}
