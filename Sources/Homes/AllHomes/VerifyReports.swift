/// The reports of all archives of a folder, for receipts and for people.
package struct VerifyReports: Sendable, Encodable {
    /// An archive that cannot be read, or is not there.
    package struct Failure: Sendable, Encodable { package let archive, reason: String }

    private let kind = "verify-all"
    package private(set) var archives: [VerifyReport] = []
    package private(set) var failed: [Failure] = []

    /// Adds a report. Of two archives of one home, one stands in the place of another.
    mutating func add(_ report: VerifyReport) {
        if let other = archives.first(where: { $0.owner == report.owner }) {
            fail(report.archive, "it is of the home of \(report.owner), as \(other.archive) is")
        }
        archives.append(report)
    }

    mutating func fail(_ archive: String, _ reason: String) {
        failed.append(Failure(archive: archive, reason: reason))
    }

    /// Whether all archives are there and as they were made.
    package var isGood: Bool { failed.isEmpty && archives.allSatisfy(\.faults.isEmpty) }
}
