import FleetModel
import Rollout
import Texts

/// What people are told of one reason. Secrets show as `•••` or not at all.
struct ReasonText {
    /// Longer values are cut.
    private static let width = 60

    private let reason: PlanReason

    init(_ reason: PlanReason) {
        self.reason = reason
    }

    /// One line without places.
    var line: String { causes.isEmpty ? sentence : "\(sentence) (\(causes.joined(separator: "; ")))" }

    /// The same without what made it differ.
    var sentence: String {
        let subject = reason.subject.printable
        switch reason.kind {
        case .new: return "new"
        case .moved: return "moved from \(subject): its homes have to move, too"
        case .target: return "it goes elsewhere: \(subject) \(sides)"
        case .credentials: return "the credentials in \(subject) differ"
        case .domain: return "what replaces the domain differs: \(subject)"
        case .value: return "\(subject): \(sides)"
        case .secret: return "\(subject): secret \(verb)"
        case .sealed: return "\(subject): \(PlanReason.sealedCause)"
        case .chart: return "another chart: \(sides)"
        case .chartMetadata, .dependency: return hasValues ? "\(subject): \(sides)" : "\(subject) \(verb)"
        case .subchart: return "the chart \(subject) below it: \(sides)"
        case .template: return "\(subject) \(verb); what it renders to is not known yet"
        case .label: return "the label \(subject) asks for it"
        }
    }

    private var causes: [String] { reason.kind == .sealed ? [] : reason.causes.map(\.printable) }

    private var hasValues: Bool { reason.before.value != nil || reason.after.value != nil }

    private var verb: String {
        let there = [reason.before, reason.after].map { $0.value != nil || $0.place != nil }
        return there == [false, true] ? "added" : there == [true, false] ? "removed" : "changed"
    }

    private var sides: String { "\(text(reason.before)) → \(text(reason.after))" }

    private func text(_ side: PlanReason.Side) -> String {
        side.value?.oneLine(limit: Self.width).printable ?? "nothing"
    }

    /// The places of both sides, in words; empty where there are none.
    var places: [String] {
        let (before, after) = (reason.before.place?.description, reason.after.place?.description)
        switch (before, after) {
        case (nil, nil): return []
        case (let before?, nil): return ["before at \(before.printable)"]
        case (nil, let after?): return ["now at \(after.printable)"]
        case (let before?, let after?):
            return before.exact == after.exact
                ? ["at \(after.printable)"] : ["before at \(before.printable)", "now at \(after.printable)"]
        }
    }
}

extension ProverChoice {
    /// The prover in a table.
    var cell: String {
        switch self {
        case .needless: ""
        case .hub(let prover): prover.hub
        case .waived: "none, with a reason"
        case .none: "none"
        }
    }
}

extension StateName {
    /// The state in a line.
    var text: String {
        switch self {
        case .workingTree(let commit): "the working tree\(commit.map { " (over \($0.prefix(12)))" } ?? "")"
        case .commit(let commit, let revision):
            commit == revision ? String(commit.prefix(12)) : "\(commit.prefix(12)) (\(revision.printable))"
        }
    }
}
