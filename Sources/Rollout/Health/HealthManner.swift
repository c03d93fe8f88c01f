import FleetModel
import Texts

/// In which way a hub is asked, by its values.
package struct HealthManner: Sendable, Equatable {
    /// The user of checks.
    package let user: String
    /// Whether the hub runs on this machine.
    package let isHere: Bool
    /// Whether its servers start from a repository alone.
    package let opensWithBinder: Bool
    /// Whether people log in to it. Where its first page logs in by itself, a check must not follow it.
    package let hasLogin: Bool
    /// The status that its address for health answers when all is well.
    package let expectedStatus: Int

    package init(
        user: String = HealthFacts.standardUser, isHere: Bool, opensWithBinder: Bool = false, hasLogin: Bool = true,
        expectedStatus: Int = 200
    ) {
        self.user = user
        self.isHere = isHere
        self.opensWithBinder = opensWithBinder
        self.hasLogin = hasLogin
        self.expectedStatus = expectedStatus
    }

    /// - Parameters:
    ///   - facts: those of its values.
    ///   - isHere: whether it is the hub of this machine, which has a login of its own, and no BinderHub.
    package init(_ facts: HubFacts, isHere: Bool) {
        self.init(
            user: facts.health.user, isHere: isHere, opensWithBinder: !isHere && facts.health.opensWithBinder,
            hasLogin: isHere || facts.health.hasLogin,
            expectedStatus: isHere ? 200 : facts.hub.expectedStatus.flatMap { Int($0.value) } ?? 200)
    }
}
