import Foundation

/// What is written down of a hub: what was asked for, and what was seen to run.
package struct HubRecord: Sendable, Equatable, Codable {
    /// The revision that somebody asked for.
    package struct Wanted: Sendable, Equatable, Codable {
        package let revision: HubRevision
        /// When it was asked for.
        package let since: Date
        /// The account that asked.
        package let who: String

        package init(revision: HubRevision, since: Date, who: String) {
            self.revision = revision
            self.since = since
            self.who = who
        }
    }

    /// The revision that runs.
    package struct Running: Sendable, Equatable, Codable {
        package let revision: HubRevision
        /// When it was first seen to be well.
        package let since: Date
        /// The address that answered then.
        package let proof: HealthTarget

        package init(revision: HubRevision, since: Date, proof: HealthTarget) {
            self.revision = revision
            self.since = since
            self.proof = proof
        }
    }

    package var wanted: Wanted?
    /// Nil when the hub was stopped. A process that was killed leaves it.
    package var running: Running?

    package init(wanted: Wanted? = nil, running: Running? = nil) {
        self.wanted = wanted
        self.running = running
    }
}
