import FleetTools

/// Why a hub is not well, or could not be asked: what was seen, and whose it is as far as that alone says it.
package enum HealthTrouble: Error, Sendable, Equatable, CustomStringConvertible {
    // The hub and what leads to it
    case unreachable(HubVisitError, isHere: Bool)
    case proxyUnreachable(HubVisitError)
    case nobodyBehindProxy(status: Int)
    case notAHub(status: Int)
    case pageFails(String, status: Int)
    case redirectRing([String])
    // The API
    case noToken(String)
    case tokenRefused(status: Int)
    case missingRights([String])
    case refused(String, status: Int, said: String)
    // The server
    case busy(said: String)
    case startRefused(status: Int, said: String)
    case startFailed(said: String)
    case startHopeless(said: String)
    case startSlow(seconds: Int, last: String?)
    case serverSilent(String)
    case serverDied
    // The kernel
    case noKernel(said: String)
    case kernelFails(status: Int, said: String)
    case kernelSilent(seconds: Int)
    case kernelDied
    case talkRefused(status: Int)
    case cellRaised(cell: String, error: String)
    case cellDiffers(cell: String, wanted: String, given: String)
    case cellSlow(cell: String, seconds: Int)
    case homeFails(error: String)
    // The end
    case serverStays(pending: String, seconds: Int)
    case userStays(status: Int)
    // The check itself
    case strangeAnswer(to: String)
    case otherCheck(String)
    case notDeployed
    case noAddress(String)
    case onlyFromRepository
    case badNotebook(String)

    /// The outcome that it leads to: a hub that was not asked is not ill.
    package var outcome: HealthVerdict.Outcome {
        switch self {
        case .noToken, .otherCheck, .notDeployed, .noAddress, .onlyFromRepository, .badNotebook: .unchecked
        default: .unhealthy
        }
    }

    package var subject: HealthSubject {
        switch self {
        case .unreachable(let error, let isHere): Self.subject(of: error, isHere: isHere)
        case .noToken, .tokenRefused, .missingRights: .credentials
        case .refused(_, let status, _): status == 403 || status == 401 ? .credentials : .hub
        case .notAHub, .talkRefused: .network
        case .busy: .capacity
        case .startSlow, .startHopeless, .noKernel, .kernelFails, .kernelSilent, .kernelDied, .cellRaised,
            .cellDiffers, .cellSlow, .serverDied:
            .image
        case .homeFails(let error): Self.subject(ofHome: error)
        case .strangeAnswer, .otherCheck, .notDeployed, .noAddress, .onlyFromRepository, .badNotebook: .check
        default: .hub
        }
    }

    private static func subject(of error: HubVisitError, isHere: Bool) -> HealthSubject {
        switch error {
        case .badAddress: .check
        case .noSuchName, .badCertificate: .network
        case .refused, .silent, .broken, .noTalk: isHere ? .hub : .network
        }
    }

    private static func subject(ofHome error: String) -> HealthSubject {
        switch error.split(separator: " ").first {
        case "ENOSPC", "EDQUOT": .capacity
        case "EROFS", "EIO", "ESTALE", "ETIMEDOUT": .cluster
        default: .hub
        }
    }

    /// Whether what else was seen around it may say better whose it is: what the hub said of the start, and its log.
    var asksForClues: Bool {
        switch self {
        case .startRefused, .startFailed, .startHopeless, .startSlow, .serverSilent, .serverDied, .pageFails,
            .nobodyBehindProxy, .serverStays:
            true
        // JupyterHub answers so, too, while its database does not.
        case .tokenRefused: true
        case .unreachable(_, let isHere): isHere
        case .refused(_, let status, _): status >= 500
        default: false
        }
    }

    /// Whether it is of the hub itself, before any server of a user: no image has to do with that.
    var isBeforeServers: Bool {
        switch self {
        case .pageFails, .nobodyBehindProxy, .unreachable, .tokenRefused, .refused: true
        default: false
        }
    }

    /// What was said of it, which may hold a clue.
    var said: String? {
        switch self {
        case .refused(_, _, let said), .busy(let said), .startRefused(_, let said), .startFailed(let said),
            .startHopeless(let said), .noKernel(let said), .kernelFails(_, let said), .cellRaised(_, let said):
            said
        case .startSlow(_, let last): last
        default: nil
        }
    }
}
