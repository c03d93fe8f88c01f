import Engines
import FleetTools
import Foundation
import Texts

/// What `rehearse` prints.
struct RehearsalSheet: Encodable {
    /// Something that there are more or less of than before.
    struct Difference: Encodable {
        let step: Rehearsal.Step.Name
        let what: String
        let before: Int
        let after: Int
    }

    let steps: [Rehearsal.Step]
    let differences: [Difference]

    var isWell: Bool { differences.isEmpty && steps.last?.step == .back && steps.last?.error == nil }

    init(_ steps: [Rehearsal.Step]) {
        self.steps = steps
        let first = steps.first?.counts ?? [:]
        differences = steps.dropFirst().flatMap { step in
            (step.counts ?? [:]).sorted { $0.key.exact < $1.key.exact }.compactMap { what, count in
                guard let before = first[what], before != count else { return nil }
                return Difference(step: step.step, what: what, before: before, after: count)
            }
        }
    }

    static func line(_ step: Rehearsal.Step) -> String {
        let seconds = String(format: "%.1f s", step.seconds ?? 0)
        let version = step.version.map { "JupyterHub \($0)" } ?? "JupyterHub"
        return switch step.step {
        case .copy: "copied the database in \(seconds)"
        case .old: "\(version) runs on the copy, after \(seconds)"
        case .migration: "the migration took \(seconds)"
        case .new: "\(version) runs on what came of it, after \(seconds)"
        case .back: "\(version) runs on the first copy again, after \(seconds)"
        }
    }

    /// A column for each step that was taken.
    var text: String {
        let taken = steps.filter { $0.error == nil }
        guard !taken.isEmpty else { return conclusion }
        let kinds = Set(taken.flatMap { ($0.counts ?? [:]).keys.map(\.exact) }).sorted()
        var table = Table(columns: ["STEP"] + taken.map { $0.step.rawValue.uppercased() })
        table.add(["JupyterHub"] + taken.map { $0.version ?? "" })
        table.add(["seconds"] + taken.map { String(format: "%.1f", $0.seconds ?? 0) })
        for kind in kinds {
            table.add([kind.text] + taken.map { $0.counts?[kind.text].map(String.init) ?? "" })
        }
        return table.text + "\n\n" + conclusion
    }

    private var conclusion: String {
        if let last = steps.last, let error = last.error {
            return "The step \"\(last.step.rawValue)\" failed: \(error)".printable
        }
        guard !differences.isEmpty else { return "Nothing is lost, on the way and back." }
        return differences.map { "\($0.step.rawValue): \($0.before) \($0.what) before, \($0.after) then" }
            .joined(separator: "\n")
    }
}
