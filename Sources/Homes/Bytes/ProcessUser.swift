import Foundation

/// The user whom this process acts as: what it may read, and whether it can give files away.
package struct ProcessUser: Sendable, Equatable {
    package let user: UInt32
    package let group: UInt32
    package let isRoot: Bool

    /// - Parameters:
    ///   - isRoot: whether it reads everything and gives files away.
    ///   - user: its number; by default that of this process.
    ///   - group: its number; by default that of this process.
    package init(isRoot: Bool, user: UInt32 = geteuid(), group: UInt32 = getegid()) {
        self.user = user
        self.group = group
        self.isRoot = isRoot
    }

    /// The user of this process, as the system says: the one place that asks.
    package static var current: ProcessUser { ProcessUser(isRoot: geteuid() == 0) }
}
