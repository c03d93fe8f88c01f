import FleetTools

extension Doors {
    /// Doors that are all closed: a test opens those that it needs. Its time moves when somebody sleeps.
    package static var closed: Doors {
        Doors(
            environment: [:], isRoot: false, program: nil, time: ManualTime(movement: .bySleeping),
            runner: RefusingCommandRunner(),
            services: ScriptedServiceRunner { _, _ in throw UnexpectedCall(description: "no service expected") },
            hubAPI: ScriptedHubAPI.healthy { false }, webFiles: ScriptedWebFiles(), hubVisits: UnknownHub())
    }
}

/// A hub whose name nobody knows.
private struct UnknownHub: HubVisits {
    func answer(to request: HubRequest, at address: String) async throws -> HubAnswer {
        throw HubVisitError.noSuchName
    }

    func follow(
        _ request: HubRequest, at address: String, tell: @escaping @Sendable (String) async -> Void
    ) async throws -> Int {
        throw HubVisitError.noSuchName
    }

    func talk<Result: Sendable>(
        over request: HubRequest, at address: String, _ body: @escaping @Sendable (any HubTalk) async throws -> Result
    ) async throws -> Result {
        throw HubVisitError.noSuchName
    }
}
