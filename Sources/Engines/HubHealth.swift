import Foundation

/// What the last check of a hub found.
package struct HubHealth: Sendable, Equatable, Codable {
    package enum Outcome: String, Sendable, Codable {
        case healthy, unhealthy
        /// The stages that were asked for were passed, and there are more.
        case partly
        /// It was not asked as far as it should have been, which is never healthy.
        case unchecked
    }

    package let outcome: Outcome
    /// The revision that ran then.
    package let revision: Int?
    package let at: Date
    /// How long the check took, in seconds.
    package let seconds: Double
    /// Whose the trouble is, such as `image`; nil when there is none.
    package let subject: String?
    /// What the trouble is, in one line.
    package let reason: String?

    package init(
        _ outcome: Outcome, revision: Int?, at: Date, seconds: Double, subject: String? = nil, reason: String? = nil
    ) {
        self.outcome = outcome
        self.revision = revision
        self.at = at
        self.seconds = seconds
        self.subject = subject
        self.reason = reason
    }
}
