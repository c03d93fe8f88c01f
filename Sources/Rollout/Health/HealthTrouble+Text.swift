import FleetTools

extension HealthTrouble {
    package var description: String {
        switch self {
        case .unreachable(let error, _): "the hub does not answer: \(error)"
        case .proxyUnreachable(let error): "the hub is there, and its proxy is not: \(error)"
        case .nobodyBehindProxy(let status): "the proxy answers \(status): no hub is behind it"
        case .notAHub(let status): "what answers at the hub's address is no JupyterHub: it says \(status)"
        case .pageFails(let page, let status): "\(page) answers \(status)"
        case .redirectRing(let places): "it leads round in a ring: \(places.joined(separator: " → "))"
        case .noToken(let reason): "not asked any further, for want of the token of the service hub-health: \(reason)"
        case .tokenRefused(let status):
            "the hub refuses the token of the service hub-health with \(status): it is not the one that the hub runs with"
        case .missingRights(let rights):
            "the service hub-health may not do what a check needs: \(rights.joined(separator: ", "))"
        case .refused(let act, let status, let said): "the hub does not \(act): \(status)\(Self.colon(said))"
        case .busy(let said): "the hub takes nobody just now\(Self.colon(said))"
        case .startRefused(let status, let said): "the hub refuses to start the server: \(status)\(Self.colon(said))"
        case .startFailed(let said): "the server does not start\(Self.colon(said))"
        case .startHopeless(let said): "the server will not start\(Self.colon(said))"
        case .startSlow(let seconds, let last):
            "the server is not ready after \(seconds) s; the last that was heard: \(last ?? "nothing")"
        case .serverSilent(let what): "the hub says that the server is ready, and \(what)"
        case .serverDied: "the server was there, and is not any more"
        case .noKernel(let said): "the server has no kernel\(Self.colon(said))"
        case .kernelFails(let status, let said): "no kernel starts: \(status)\(Self.colon(said))"
        case .kernelSilent(let seconds): "the kernel does not answer in \(seconds) s"
        case .kernelDied: "the kernel ended by itself"
        case .talkRefused(let status): "the web socket to the kernel is refused with \(status)"
        case .cellRaised(let cell, let error): "the cell \"\(cell)\" fails: \(error)"
        case .cellDiffers(let cell, let wanted, let given):
            "the cell \"\(cell)\" gives \(given.debugDescription), not \(wanted.debugDescription)"
        case .cellSlow(let cell, let seconds): "the cell \"\(cell)\" is not done in \(seconds) s"
        case .homeFails(let error): "the home cannot be written: \(error)"
        case .serverStays(let pending, let seconds):
            "the server is still there \(seconds) s after it was told to stop (\(pending))"
        case .userStays(let status): "the user of checks cannot be removed: \(status)"
        default: ownText
        }
    }

    /// Of what is about the check and not about the hub.
    private var ownText: String {
        switch self {
        case .strangeAnswer(let request): "the answer to \(request) has a form that is not known here"
        case .otherCheck(let holder): "another check is at work: \(holder)"
        case .notDeployed: "it was never started on this machine, so there is nothing to check; see hubfleet up"
        case .noAddress(let reason): "its address is not known: \(reason)"
        case .onlyFromRepository:
            "its servers start from a repository alone, which this check does not build; hub, pages and API are well"
        case .badNotebook(let reason): "the notebook cannot be read: \(reason)"
        default: ""
        }
    }

    private static func colon(_ said: String) -> String { said.isEmpty ? "" : ": \(said)" }
}
