import FleetModel
import FleetTools
import Foundation
import Texts

extension LocalEngine {
    /// How a hub of this machine is checked while somebody serves it; nil when it was never deployed.
    package func healthAccess(of hub: Hub) -> HealthAccess? {
        let store = store(of: hub)
        guard let revision = store.current.flatMap(store.read) else { return nil }
        let folder = folder(of: hub)
        // A file that cannot be read holds no token: the check says that it has none.
        let token = (try? ServiceTokens.read(folder))?[HealthFacts.service.exact]
        return HealthAccess(
            address: revision.plainAddress,
            direct: "http://127.0.0.1:\(revision.ports.internalHub)\(revision.baseURL)",
            token: token.map(HubToken.init), tokenAdvice: "the hub's folder holds none; start the hub anew",
            log: HubLog(path: folder.log), lock: folder.path("health.lock"))
    }

    /// How a hub elsewhere is checked, of which only the address is known here.
    ///
    /// - Parameters:
    ///   - hub: the hub.
    ///   - address: where people reach it, with a slash at the end.
    ///   - token: of the service that checks it.
    ///   - advice: where the token is to come from, when there is none.
    /// - Returns: the way, without a log.
    /// - Throws: `FileError` when the folder of locks cannot be made.
    package func healthAccess(
        of hub: Hub, at address: String, token: HubToken?, advice: String
    ) throws -> HealthAccess {
        let folder = folder(of: hub)
        try stateFolder.makeFolder(folder.root, separateAccounts: doors.isRoot)
        return HealthAccess(address: address, token: token, tokenAdvice: advice, lock: folder.path("health.lock"))
    }
}
