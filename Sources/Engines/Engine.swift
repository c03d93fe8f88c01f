import FleetModel

/// What makes hubs run on one kind of place, such as this machine.
///
/// Each state that a hub is brought to is a *revision*: it is kept, and the hub can be brought back to it. Whoever changes
/// a hub holds its lock.
package protocol Engine: Sendable {
    /// What is known of a hub.
    func state(of hub: Hub) async throws -> HubState

    /// Takes the right to change a hub. It is given back when the last copy of the lock is gone.
    /// - Throws: when somebody else has it; the error says who.
    func lock(_ hub: Hub) async throws -> HubLock

    /// Makes a revision of what the hub shall run with, and makes it the current one. What equals the current revision
    /// makes no new one.
    ///
    /// - Parameters:
    ///   - deployment: what the hub shall run with.
    ///   - lock: that of the hub.
    ///   - tell: is told what happens meanwhile.
    /// - Returns: the current revision.
    /// - Throws: `EngineError.otherHub` when the lock is that of another hub; errors of the engine. The current revision
    ///   then is the one from before, or the new one as a whole.
    func deploy(
        _ deployment: Deployment, under lock: HubLock, tell: @escaping @Sendable (EngineEvent) -> Void
    ) async throws -> HubRevision

    /// Makes an older revision the current one again.
    /// - Throws: `EngineError.noRevision` when it is not kept.
    func rollBack(
        to number: Int, under lock: HubLock, tell: @escaping @Sendable (EngineEvent) -> Void
    ) async throws -> HubRevision

    /// Ends the hub and takes away what deployments made. What people made stays, such as homes.
    func uninstall(under lock: HubLock, tell: @escaping @Sendable (EngineEvent) -> Void) async throws

    /// Where the current revision of a hub is asked whether it is well; nil when there is none.
    func healthTarget(of hub: Hub) async throws -> HealthTarget?

    /// What there is of a hub just now, by kind and name.
    func liveObjects(of hub: Hub) async throws -> [LiveObject]
}
