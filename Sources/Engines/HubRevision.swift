import Foundation

/// One state that a hub was brought to, by its number. The first is 1.
package struct HubRevision: Sendable, Equatable, Codable {
    package let number: Int
    package let release: DeployedRelease
    /// The commit that was checked out in the fleet repository; nil when it is not known. Files may have been changed since.
    package let commit: String?
    package let made: Date
    /// The account that made it, as a note and not as a proof.
    package let who: String

    package init(number: Int, release: DeployedRelease, commit: String?, made: Date, who: String) {
        self.number = number
        self.release = release
        self.commit = commit
        self.made = made
        self.who = who
    }
}
