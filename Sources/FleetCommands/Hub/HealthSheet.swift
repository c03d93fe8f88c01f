import FleetTools
import Foundation
import Rollout
import Texts

/// What `health` prints.
struct HealthSheet: Encodable {
    struct Stage: Encodable {
        let stage: HealthStage
        let passed: Bool
        let seconds: Double
        let note: String?
    }

    struct Event: Encodable {
        /// Seconds since the check began.
        let second: Int
        let text: String
    }

    struct Hub: Encodable {
        let hub: String
        let health: HealthVerdict.Outcome
        let subject: HealthSubject?
        let reason: String?
        /// The stage that was not passed.
        let failedStage: HealthStage?
        let stages: [Stage]
        let events: [Event]
        let log: [String]
        let leftOver: String?
        let began: Date
        let seconds: Double
        let jupyterhub: String?
    }

    let hubs: [Hub]

    init(_ verdicts: [HealthVerdict]) {
        hubs = verdicts.map { verdict in
            Hub(
                hub: verdict.hub, health: verdict.outcome, subject: verdict.subject, reason: verdict.reason,
                failedStage: verdict.failed,
                stages: verdict.stages.map {
                    Stage(stage: $0.stage, passed: $0.isPassed, seconds: Self.rounded($0.seconds), note: $0.note)
                },
                events: verdict.events.map { Event(second: $0.second, text: $0.text) }, log: verdict.log,
                leftOver: verdict.leftOver, began: verdict.began, seconds: Self.rounded(verdict.seconds),
                jupyterhub: verdict.version)
        }
    }

    private static func rounded(_ seconds: Double) -> Double { (seconds * 100).rounded() / 100 }

    // MARK: - For people

    /// Lines of the log and events that people are shown; all are in JSON.
    private static let shownLines = 12

    static func text(_ verdicts: [HealthVerdict]) -> String {
        var parts: [String] = []
        if verdicts.count == 1, let verdict = verdicts.first {
            if !verdict.stages.isEmpty { parts.append(stages(verdict)) }
            parts.append(line(verdict))
        } else {
            var table = Table("HUB", "HEALTH", "SECONDS", "STAGE", "SUBJECT")
            for verdict in verdicts {
                table.add(
                    verdict.hub, verdict.outcome.rawValue, format(verdict.seconds), verdict.failed?.rawValue ?? "",
                    verdict.subject?.rawValue ?? "")
            }
            parts.append(table.text)
            parts += verdicts.filter { $0.reason != nil }.map(line)
        }
        return (parts + verdicts.compactMap(evidence)).joined(separator: "\n\n")
    }

    private static func stages(_ verdict: HealthVerdict) -> String {
        var table = Table("STAGE", "RESULT", "SECONDS", "NOTE")
        for stage in verdict.stages {
            let result = stage.isPassed ? "passed" : verdict.outcome == .unchecked ? "unchecked" : "failed"
            table.add(stage.stage.rawValue, result, format(stage.seconds), stage.note ?? "")
        }
        return table.text
    }

    /// One line about a hub.
    static func line(_ verdict: HealthVerdict) -> String {
        let seconds = "\(format(verdict.seconds)) s"
        guard let reason = verdict.reason, let subject = verdict.subject else {
            let last = verdict.stages.last?.stage.rawValue ?? ""
            return verdict.outcome == .healthy
                ? "\(verdict.hub) is healthy, after \(seconds)"
                : "\(verdict.hub) is well as far as it was asked, up to \(last), after \(seconds)"
        }
        let state = verdict.outcome == .unchecked ? "was not checked" : "is not healthy"
        return "\(verdict.hub) \(state) (\(subject.rawValue)): \(reason)".printable
    }

    /// What shows the reason.
    private static func evidence(_ verdict: HealthVerdict) -> String? {
        guard verdict.outcome == .unhealthy else { return nil }
        var lines: [String] = []
        if !verdict.events.isEmpty {
            lines.append("\(verdict.hub): what the hub said")
            lines += verdict.events.suffix(shownLines).map { "  \($0.second) s  \($0.text)" }
        }
        if !verdict.log.isEmpty {
            lines.append("\(verdict.hub): the end of its log")
            lines += verdict.log.suffix(shownLines).map { "  \($0)" }
        }
        if let left = verdict.leftOver { lines.append("\(verdict.hub): not tidied up, the next check does: \(left)") }
        return lines.isEmpty ? nil : lines.map(\.printable).joined(separator: "\n")
    }

    private static func format(_ seconds: Double) -> String { String(format: "%.1f", seconds) }
}
