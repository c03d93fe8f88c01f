import FleetModel
import FleetTools
import Foundation
import Releases

/// Findings as SARIF 2.1.0 (OASIS), the parts that tools show.
struct SARIFLog: Encodable {
    struct Text: Encodable { let text: String }

    struct Descriptor: Encodable {
        let id: String
        let shortDescription: Text
        let fullDescription: Text
    }

    struct Driver: Encodable {
        let name = "hubfleet"
        let version = Version.current
        let rules: [Descriptor]

        enum CodingKeys: CodingKey { case name, version, rules }
    }

    struct Tool: Encodable { let driver: Driver }

    struct Location: Encodable {
        struct Artifact: Encodable { let uri: String, uriBaseId: String }
        struct Region: Encodable { let startLine: Int, startColumn: Int }
        struct Physical: Encodable { let artifactLocation: Artifact, region: Region }

        let physicalLocation: Physical

        init(_ place: SourceLocation) {
            let uri = place.file.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? place.file
            physicalLocation = Physical(
                artifactLocation: Artifact(uri: uri, uriBaseId: "%SRCROOT%"),
                region: Region(startLine: place.line, startColumn: place.column))
        }
    }

    struct Result: Encodable {
        let ruleId: String, level: String, message: Text, locations: [Location], relatedLocations: [Location]

        init(_ entry: ValidationReport.Entry) {
            ruleId = entry.finding.rule
            level = entry.finding.severity.rawValue
            message = Text(text: entry.sentence)
            locations = [Location(entry.finding.location)]
            relatedLocations = entry.finding.related.map(Location.init)
        }
    }

    struct Run: Encodable {
        let tool: Tool
        let columnKind = "unicodeCodePoints"
        let results: [Result]

        enum CodingKeys: CodingKey { case tool, columnKind, results }
    }

    let version = "2.1.0"
    let schema = "https://json.schemastore.org/sarif-2.1.0.json"
    let runs: [Run]

    enum CodingKeys: String, CodingKey {
        case version, runs
        case schema = "$schema"
    }

    init(_ entries: [ValidationReport.Entry]) {
        let used = Set(entries.map(\.finding.rule))
        let rules = RuleBook.rules.filter { used.contains($0.id) }.map {
            Descriptor(id: $0.id, shortDescription: Text(text: $0.title), fullDescription: Text(text: $0.reason))
        }
        runs = [Run(tool: Tool(driver: Driver(rules: rules)), results: entries.map(Result.init))]
    }
}
