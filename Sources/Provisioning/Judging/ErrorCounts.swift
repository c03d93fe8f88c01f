import FleetModel
import Releases
import Texts

/// The errors of a fleet, without the lines, which an import may move.
struct ErrorCounts {
    private struct Key: Hashable {
        let rule: String
        let file: ExactText
        let message: ExactText

        init(_ finding: Finding) {
            (rule, file, message) = (finding.rule, finding.location.file.exact, finding.message.exact)
        }
    }

    private var counts: [Key: Int] = [:]

    init(_ report: ValidationReport) {
        for entry in report.entries where entry.finding.severity == .error {
            counts[Key(entry.finding), default: 0] += 1
        }
    }

    /// The errors of another report that are not here.
    func new(in report: ValidationReport) -> [ValidationReport.Entry] {
        var left = counts
        return report.entries.filter { entry in
            guard entry.finding.severity == .error else { return false }
            let key = Key(entry.finding)
            guard let count = left[key], count > 0 else { return true }
            left[key] = count - 1
            return false
        }
    }
}
