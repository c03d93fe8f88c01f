import Foundation

/// One thing that was done to a hub, or was seen of it.
package struct HubHistory: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable {
        case deployed, started, stopped, failed, undeployed
        case rolledBack = "rolled back"
    }

    package let kind: Kind
    /// The number of the revision; nil where it is about none.
    package let revision: Int?
    package let at: Date
    /// The account that did it, as a note and not as a proof.
    package let who: String
    /// Why, in one line; nil where nobody said so.
    package let reason: String?

    package init(_ kind: Kind, revision: Int?, at: Date, who: String, reason: String? = nil) {
        self.kind = kind
        self.revision = revision
        self.at = at
        self.who = who
        self.reason = reason
    }
}
