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

    var text: String {
        let kinds = Set(steps.flatMap { ($0.counts ?? [:]).keys.map(\.exact) }).sorted()
        var table = Table(columns: ["STEP", "JUPYTERHUB", "SECONDS"] + kinds.map { $0.text.uppercased() })
        for step in steps where step.error == nil {
            table.add(
                [step.step.rawValue, step.version ?? "", String(format: "%.1f", step.seconds ?? 0)]
                    + kinds.map { step.counts?[$0.text].map(String.init) ?? "" })
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
