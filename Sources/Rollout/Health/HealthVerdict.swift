import Foundation

/// What a check found out about a hub.
package struct HealthVerdict: Sendable, Equatable {
    package enum Outcome: String, Sendable, Codable {
        /// Every stage was passed.
        case healthy
        /// The stages that were asked for were passed, and there are more.
        case partly
        /// The hub was not asked as far as it should have been. That is not healthy.
        case unchecked
        case unhealthy
    }

    /// A stage that was taken.
    package struct Stage: Sendable, Equatable {
        package let stage: HealthStage
        package let isPassed: Bool
        package let seconds: Double
        /// What was seen; nil when there is nothing to say.
        package let note: String?
    }

    /// Something that the hub said while it started the server.
    package struct Event: Sendable, Equatable {
        /// Seconds since the check began.
        package let second: Int
        package let text: String
    }

    /// `CLUSTER/HUB`.
    package let hub: String
    package let outcome: Outcome
    /// Nil when all is well.
    package let subject: HealthSubject?
    package let reason: String?
    /// In their order; the last one is the one that failed.
    package let stages: [Stage]
    package let events: [Event]
    /// The last lines of the hub's log since the check began, when it is not well and the log is here.
    package let log: [String]
    /// What the check could not tidy up; the next one does.
    package let leftOver: String?
    package let began: Date
    package let seconds: Double
    /// The version of JupyterHub, when it said so.
    package let version: String?

    /// A hub that was not asked at all.
    package static func unchecked(_ hub: String, _ trouble: HealthTrouble, at time: Date) -> HealthVerdict {
        HealthVerdict(
            hub: hub, outcome: .unchecked, subject: trouble.subject, reason: trouble.description, stages: [],
            events: [],
            log: [], leftOver: nil, began: time, seconds: 0, version: nil)
    }

    /// The stage that was not passed.
    package var failed: HealthStage? { stages.last { !$0.isPassed }?.stage }
}
