import FleetModel
import Releases
import Texts

/// What the source did and the new fleet does not, what its charts refuse, and what could not be judged.
package struct ImportReport: Sendable {
    /// Errors first, then by place.
    package let entries: [ValidationReport.Entry]

    package func count(_ severity: Finding.Severity) -> Int { entries.count { $0.finding.severity == severity } }
}

/// Gathers what is found; what is the same of several releases is said once.
struct ImportFindings: Sendable {
    private var releases: [Finding: Set<ExactText>] = [:]

    mutating func add(_ finding: Finding, _ releases: some Sequence<String> = []) {
        self.releases[finding, default: []].formUnion(releases.map(\.exact))
    }

    mutating func add(_ other: ImportFindings) {
        releases.merge(other.releases) { $0.union($1) }
    }

    var report: ImportReport {
        let entries = releases.map { ValidationReport.Entry(finding: $0, releases: $1.sorted().map(\.text)) }
        return ImportReport(
            entries: entries.sorted { ($0.finding.severity, $0.finding) < ($1.finding.severity, $1.finding) })
    }
}

/// A release as it was, and as it is on the new charts.
struct ReleasePair: Sendable {
    let before: Release
    let after: Release
    let old: EffectiveValues
    let new: EffectiveValues

    var id: String { before.id }

    /// A path without the keys that only say in which chart the hub's is nested.
    func short(_ path: ValuePath) -> ValuePath {
        let nest = old.hubPath.map(ValuePath.Step.key)
        return path.steps.count > nest.count && Array(path.steps.prefix(nest.count)) == nest
            ? ValuePath(Array(path.steps.dropFirst(nest.count))) : path
    }
}
