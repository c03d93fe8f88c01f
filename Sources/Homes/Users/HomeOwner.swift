/// The owner of what is written: a user and a group, as numbers.
package struct HomeOwner: Sendable, Equatable {
    package let user: UInt32
    package let group: UInt32

    package init(user: UInt32, group: UInt32) {
        self.user = user
        self.group = group
    }

    /// - Parameter text: such as `1000:100`; nil for what is no such pair of numbers.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { UInt32($0) }
        // The highest number means "no change" to the system.
        guard parts.count == 2, let user = parts[0], let group = parts[1], user != .max, group != .max else {
            return nil
        }
        self.init(user: user, group: group)
    }
}
