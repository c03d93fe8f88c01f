import FleetModel
import Homes
import Texts

extension VerifyReport {
    /// The report, for people.
    var text: String {
        let lines =
            faults.map { "\($0.path.printable): \($0.what.printable)" }
            + known.map { "\($0.path.printable): \(HomeProblem.explanation(of: $0.what).printable), says the manifest" }
            + (receiptSignature.map { [$0.text] } ?? [])
            + (isCovered
                ? [] : ["MANIFEST.json: of the first form: its root covers neither the owner nor what is missing"])
        let verdict = faults.isEmpty ? "all well" : "\(faults.count) not as it should be"
        return (lines + ["\(verified) files and links, \(bytes) bytes, root \(root.printable): \(verdict)"]).joined(
            separator: "\n")
    }
}

extension GivenReceipt.Signature {
    /// The state of the signature, for people.
    var text: String {
        if let key { return "receipt: signed with key \(key)" }
        return isChecked
            ? "receipt: not signed with that key" : "receipt: the signature was not checked; --public-key checks it"
    }
}

extension VerifyReports {
    /// The reports, for people.
    var text: String {
        let failures = failed.map { (archive: $0.archive.printable, reason: $0.reason.printable) }
        let wrong = Set(failed.map(\.archive.exact))
            .union(archives.filter { !$0.faults.isEmpty }.map(\.archive.exact)).count
        let lines =
            archives.flatMap { report in
                report.text.split(separator: "\n").map { "\(report.archive.printable): \($0)" }
            } + failures.map { "\($0.archive): \($0.reason)" }
        let verdict = wrong == 0 ? "all well" : "\(wrong) not as they should be"
        let count = Set((failed.map(\.archive) + archives.map(\.archive)).map(\.exact)).count
        return (lines + ["\(count) \(count == 1 ? "archive" : "archives"): \(verdict)"]).joined(separator: "\n")
    }
}
