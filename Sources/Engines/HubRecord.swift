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
        /// Whether it is an earlier revision that the hub was brought back to; records of before do not say.
        package let goesBack: Bool?

        package init(revision: HubRevision, since: Date, who: String, goesBack: Bool = false) {
            self.revision = revision
            self.since = since
            self.who = who
            self.goesBack = goesBack
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

    /// So many of the last things that happened are kept.
    package static let historyLength = 20

    package var wanted: Wanted?
    /// Nil when the hub was stopped. A process that was killed leaves it.
    package var running: Running?
    /// What the last check found; nil when there was none.
    package var health: HubHealth?
    /// What happened last, the oldest first.
    package private(set) var history: [HubHistory]

    package init(wanted: Wanted? = nil, running: Running? = nil, history: [HubHistory] = []) {
        self.wanted = wanted
        self.running = running
        self.history = history.suffix(Self.historyLength)
    }

    /// Records from before there was a history or a check have none.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            wanted: try values.decodeIfPresent(Wanted.self, forKey: .wanted),
            running: try values.decodeIfPresent(Running.self, forKey: .running),
            history: try values.decodeIfPresent([HubHistory].self, forKey: .history) ?? [])
        health = try values.decodeIfPresent(HubHealth.self, forKey: .health)
    }

    /// Writes down what happened.
    package mutating func note(_ entry: HubHistory) {
        history = (history + [entry]).suffix(Self.historyLength)
    }
}
