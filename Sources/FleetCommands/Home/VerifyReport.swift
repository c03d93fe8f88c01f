import FleetModel
import FleetTools
import Foundation
import Homes

/// What was found in an archive, for receipts and for people.
struct VerifyReport: Encodable {
    struct Entry: Encodable { let path, what: String }

    let kind = "verify"
    /// The name of its file.
    let archive: String
    /// What it was compared with.
    let folder: String?
    let owner: String
    let verified: Int
    let bytes: UInt64
    let root: String
    let faults: [Entry]
    let known: [Entry]
    /// Of the receipt that it was compared with.
    let receiptSignature: GivenReceipt.Signature?
    let finished = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))

    init(_ found: HomeVerification, _ given: GivenReceipt?, archive: String, folder: String?) {
        self.archive = archive
        self.folder = folder
        owner = found.owner
        verified = found.verified
        bytes = found.bytes
        root = found.root
        faults = (found.faults + (given?.faults(found) ?? [])).map { Entry(path: $0.path, what: $0.what) }
        receiptSignature = given?.signature
        known = found.known.map { Entry(path: $0.path, what: $0.what) }
    }

    var text: String {
        let lines =
            faults.map { "\($0.path.printable): \($0.what.printable)" }
            + known.map { "\($0.path.printable): \(HomeProblem.explanation(of: $0.what)), says the manifest" }
            + (receiptSignature.map { [$0.text] } ?? [])
        let verdict = faults.isEmpty ? "all well" : "\(faults.count) not as it should be"
        return (lines + ["\(verified) files and links, \(bytes) bytes, root \(root): \(verdict)"]).joined(
            separator: "\n")
    }
}

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
