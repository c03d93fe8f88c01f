import FleetModel
import Texts

/// Several hubs of this machine that are brought up together: deployed one after the other, then served side by side.
package struct LocalSession: Sendable {
    private let engine: LocalEngine
    private let tell: @Sendable (EngineEvent) -> Void

    /// - Parameters:
    ///   - engine: runs the hubs.
    ///   - tell: is told what happens.
    package init(_ engine: LocalEngine, tell: @escaping @Sendable (EngineEvent) -> Void) {
        self.engine = engine
        self.tell = tell
    }

    /// Takes the lock of a hub and deploys what it shall run with.
    /// - Throws: `LocalEngineError`, `FileError`.
    package func deploy(_ deployment: Deployment, of hub: Hub) async throws -> LocalHub {
        let lock = try engine.lock(hub)
        try engine.checkServing(lock)
        _ = try await engine.deploy(deployment, under: lock, tell: tell)
        return try engine.hub(under: lock)
    }

    /// Makes passwords unless the hub has some that were shown, or when new ones are wanted. New ones end all sessions.
    /// - Returns: the new ones; nil when the hub keeps those that it has. They cannot be shown again.
    /// - Throws: `LocalEngineError.brokenDatabase`, `FileError`.
    package func makePasswords(of hub: LocalHub, anew: Bool) async throws -> Passwords? {
        try await engine.makePasswords(of: hub, anew: anew)
    }

    /// Serves all hubs until the task is cancelled. One that fails does not stop the others.
    ///
    /// - Parameters:
    ///   - hubs: those that were deployed.
    ///   - failed: told of each hub that fails, with the reason.
    /// - Returns: the names of those that failed.
    package func serve(
        _ hubs: [LocalHub], failed: @escaping @Sendable (String, any Error) async -> Void
    ) async -> [String] {
        await withTaskGroup(of: String?.self) { group in
            for hub in hubs {
                group.addTask {
                    do {
                        try await engine.serve(under: hub.lock, tell: tell)
                        return nil
                    } catch {
                        await failed(hub.hub.id, error)
                        return hub.hub.id
                    }
                }
            }
            return await group.reduce(into: [String]()) { failed, id in if let id { failed.append(id) } }
                .sortedByBytes()
        }
    }
}
