import FleetModel
import FleetTools
import Homes

/// The same of a folder of archives.
struct VerifyReports: Encodable {
    struct Failure: Encodable { let archive, reason: String }

    let kind = "verify-all"
    private(set) var archives: [VerifyReport] = []
    /// Archives that cannot be read, or are not there.
    private(set) var failed: [Failure] = []

    /// Of two archives of one home, one stands in the place of another.
    mutating func add(_ report: VerifyReport) {
        if let other = archives.first(where: { $0.owner == report.owner }) {
            fail(report.archive, "it is of the home of \(report.owner), as \(other.archive) is")
        }
        archives.append(report)
    }

    mutating func fail(_ archive: String, _ reason: String) {
        failed.append(Failure(archive: archive.printable, reason: reason.printable))
    }

    /// Fails for each home that has no archive.
    mutating func missing(_ folder: ArchiveFolder, homes: HomeFolders) {
        let users = Set(folder.archives.map { Array($0.user.utf8) })
        for home in homes.users where !users.contains(home) {
            fail(ByteText.readable(home), "there is no archive of this home")
        }
    }

    var isGood: Bool { failed.isEmpty && archives.allSatisfy(\.faults.isEmpty) }

    var text: String {
        let wrong = Set(failed.map(\.archive)).union(archives.filter { !$0.faults.isEmpty }.map(\.archive)).count
        let lines =
            archives.flatMap { report in
                report.text.split(separator: "\n").map { "\(report.archive.printable): \($0)" }
            } + failed.map { "\($0.archive): \($0.reason)" }
        let verdict = wrong == 0 ? "all well" : "\(wrong) not as they should be"
        let count = Set(failed.map(\.archive) + archives.map(\.archive)).count
        return (lines + ["\(count) \(count == 1 ? "archive" : "archives"): \(verdict)"]).joined(separator: "\n")
    }
}
