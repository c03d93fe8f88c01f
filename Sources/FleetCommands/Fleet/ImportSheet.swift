import FleetModel
import Provisioning
import Releases
import Texts

/// What `import` prints: the keys that it translated, and what the new fleet does not do.
struct ImportSheet {
    private let plan: ImportPlan
    private let report: ImportReport
    private let isWritten: Bool

    init(_ plan: ImportPlan, _ report: ImportReport, isWritten: Bool) {
        self.plan = plan
        self.report = report
        self.isWritten = isWritten
    }

    var text: String {
        let steps = plan.steps.map { "\($0.place): \(Self.sentence($0))".printable }
        return (steps + report.entries.map(\.line)).joined(separator: "\n")
    }

    /// The counts, for people.
    var summary: [String] {
        let open = plan.steps.count { !$0.isDone }
        let files = "\(plan.files.count) files \(isWritten ? "written" : "to write")"
        let done = "\(files), \(plan.steps.count - open) keys changed"
        let counts = [("error", Finding.Severity.error), ("warning", .warning), ("note", .note)].map { word, severity in
            let count = report.count(severity)
            return "\(count) \(word)\(count == 1 ? "" : "s")"
        }
        return [
            done + (open == 0 ? "." : ", \(open) to be changed by hand."),
            "What the new charts do not do: \(counts.joined(separator: ", ")). docs/importing.md explains each.",
        ]
    }

    static func sentence(_ step: KeyTranslation.Step) -> String {
        let hint = step.isDone ? "" : " (by hand: it cannot be changed in this file)"
        switch step.kind {
        case .rename(let name): return "\(step.path) is now \(name)\(hint)"
        case .drop(let reason): return "\(step.path) is left out: \(reason)\(hint)"
        case .byHand(let advice): return "\(step.path) must be said anew: \(advice)"
        case .refused(let reason): return "\(step.path) is a comment now, because the new chart refuses it: \(reason)"
        }
    }

    /// The result as programs read it: an interface, so it is a type of its own.
    struct JSON: Encodable {
        struct Step: Encodable {
            let location: ReportJSON.Place
            let path: String
            let change: String
            let done: Bool
        }

        let files: [String]
        let keys: [Step]
        let findings: [ReportJSON.Entry]
    }

    var json: JSON {
        JSON(
            files: plan.files.map(\.path),
            keys: plan.steps.map { step in
                JSON.Step(
                    location: ReportJSON.Place(step.place), path: step.path, change: Self.sentence(step),
                    done: step.isDone)
            },
            findings: report.entries.map(ReportJSON.Entry.init))
    }
}
