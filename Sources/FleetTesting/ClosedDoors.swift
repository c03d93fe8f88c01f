import FleetTools

extension Doors {
    /// Doors that are all closed: a test opens those that it needs. Its time moves when somebody sleeps.
    package static var closed: Doors {
        Doors(
            environment: [:], isRoot: false, program: nil, time: ManualTime(movement: .bySleeping),
            runner: RefusingCommandRunner(),
            services: ScriptedServiceRunner { _, _ in throw UnexpectedCall(description: "no service expected") },
            hubAPI: ScriptedHubAPI.healthy { false }, webFiles: ScriptedWebFiles())
    }
}
