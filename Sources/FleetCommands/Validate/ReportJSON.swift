import FleetModel
import FleetTools
import Releases
import Texts

/// The JSON form of a report: an interface, so it is a type of its own.
struct ReportJSON: Encodable {
    struct Place: Encodable {
        let file: String, line: Int, column: Int

        init(_ place: SourceLocation) {
            (file, line, column) = (place.file, place.line, place.column)
        }
    }

    struct Entry: Encodable {
        let severity: Finding.Severity
        let rule: String
        let message: String
        let advice: String?
        let location: Place
        let related: [Place]
        /// `CLUSTER/HUB`, or `CLUSTER (support)`.
        let releases: [String]

        init(_ entry: ValidationReport.Entry) {
            severity = entry.finding.severity
            rule = entry.finding.rule
            message = entry.finding.message
            advice = entry.finding.advice
            location = Place(entry.finding.location)
            related = entry.finding.related.map(Place.init)
            releases = entry.releases
        }
    }

    struct Summary: Encodable {
        let hubs: Int, supportReleases: Int, errors: Int, warnings: Int, notes: Int
        /// By file: why it was not opened.
        let notOpened: JSONValue
    }

    let findings: [Entry]
    let summary: Summary

    init(_ entries: [ValidationReport.Entry], report: ValidationReport) {
        findings = entries.map(Entry.init)
        summary = Summary(
            hubs: report.hubs, supportReleases: report.supports, errors: report.count(.error),
            warnings: report.count(.warning), notes: report.count(.note),
            notOpened: JSONValue(Self.reasons(report.locked)))
    }

    /// The reasons by file: names that Unicode holds equal are two files.
    private static func reasons(_ locked: [(file: String, reason: String)]) -> Value {
        var map = ValueMap()
        for (file, reason) in locked {
            let place = SourceLocation(file: file)
            map.set(file.exact, to: Value(.string(reason), at: place), keyLocation: place)
        }
        return Value(.map(map), at: SourceLocation(file: ""))
    }
}
