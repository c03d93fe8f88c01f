import FleetModel
import Texts

/// What is wrong with a fleet, or a part of it.
package struct ValidationReport: Sendable {
    /// A finding, with the hubs and support services that it concerns; none when it is about a file alone.
    package struct Entry: Sendable, Equatable {
        package let finding: Finding
        /// `CLUSTER/HUB`, sorted.
        package let releases: [String]

        package init(finding: Finding, releases: [String]) {
            self.finding = finding
            self.releases = releases
        }
    }

    /// By place.
    package let entries: [Entry]
    package let hubs: Int
    package let supports: Int
    /// Encrypted files that stayed closed, by file, with the reason.
    package let locked: [(file: String, reason: String)]

    /// The same with findings about what helm renders.
    package func adding(_ findings: [(finding: Finding, release: String)]) -> ValidationReport {
        var all = FindingsByRelease()
        for entry in entries {
            all.add([entry.finding])
            for release in entry.releases { all.add([entry.finding], release: release) }
        }
        for (finding, release) in findings { all.add([finding], release: release) }
        return ValidationReport(entries: all.entries, hubs: hubs, supports: supports, locked: locked)
    }

    package func count(_ severity: Finding.Severity) -> Int { entries.count { $0.finding.severity == severity } }
}

/// Gathers findings of many releases; the same finding of several becomes one entry.
struct FindingsByRelease: Sendable {
    private var releases: [Finding: Set<ExactText>] = [:]
    var locked: [ExactText: String] = [:]

    mutating func add(_ findings: some Sequence<Finding>, release: String? = nil) {
        for finding in findings {
            if let release {
                releases[finding, default: []].insert(release.exact)
            } else {
                releases[finding, default: []].formUnion([])
            }
        }
    }

    mutating func add(_ other: FindingsByRelease) {
        releases.merge(other.releases) { $0.union($1) }
        locked.merge(other.locked) { first, _ in first }
    }

    var entries: [ValidationReport.Entry] {
        releases.sorted { $0.key < $1.key }.map {
            ValidationReport.Entry(finding: $0, releases: $1.sorted().map(\.text))
        }
    }
}
