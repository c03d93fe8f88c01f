import Texts

/// The facts of a hub: the one typed reading of its effective values, each fact with the place that sets it.
///
/// Rules, engines and whatever else asks about a hub read it here, so that all of them understand the same. Each topic
/// has a file of its own beside this one. A topic is read once, when the facts are made.
///
/// No fact is guessed. What has the wrong type is unreadable, which is neither absent nor a default (see `Setting`);
/// what an encrypted layer sets stays a secret.
package struct HubFacts: Sendable {
    package let hub: Hub
    /// Where the hub runs.
    package let provider: ProviderKind
    package let effective: EffectiveValues
    package let values: HubValues

    package let login: LoginFacts
    package let access: AccessFacts
    package let profiles: ProfileFacts
    package let servers: ServerFacts
    package let storage: StorageFacts
    package let network: NetworkFacts
    package let culling: CullingFacts
    package let services: ServiceFacts
    package let homePage: HomePageFacts
    package let operation: OperationFacts
    package let health: HealthFacts
    /// The Python that runs when the hub starts.
    package let code: HubCode
    package let knowledge: HubKnowledge

    /// Reads the facts of a hub.
    ///
    /// - Parameters:
    ///   - hub: the hub of `cluster.yaml`.
    ///   - provider: where it runs.
    ///   - effective: the values that it runs with.
    package init(_ hub: Hub, on provider: ProviderKind, effective: EffectiveValues) {
        self.init(hub, on: provider, effective: effective, values: HubValues(effective))
    }

    private init(_ hub: Hub, on provider: ProviderKind, effective: EffectiveValues, values: HubValues) {
        self.hub = hub
        self.provider = provider
        self.effective = effective
        self.values = values
        let jupyterhub = values.jupyterhub
        let server = jupyterhub["singleuser"]
        let process = jupyterhub["hub"]
        let own = Set(effective.given.filter { $0.kind != .jsonnet }.map(\.file.exact))
        code = HubCode(process, isWhole: effective.gaps.allSatisfy(\.isOfChart)) { own.contains($0.file.exact) }
        login = LoginFacts(process, hub: hub, code: code)
        knowledge = HubKnowledge(effective, values: values, login: login, code: code)
        access = AccessFacts(login, custom: jupyterhub["custom"], hasWholeChart: effective.hasWholeChart)
        profiles = ProfileFacts(server, login: login)
        servers = ServerFacts(server, profiles: profiles, config: login.config)
        storage = StorageFacts(server, chart: values.chart, custom: jupyterhub["custom"], config: login.config)
        network = NetworkFacts(values, hub: hub)
        culling = CullingFacts(jupyterhub["cull"])
        services = ServiceFacts(process, login: login)
        homePage = HomePageFacts(jupyterhub["custom"])
        operation = OperationFacts(process)
        health = HealthFacts(services, login: login, custom: jupyterhub["custom"], chart: values.chart)
    }

    /// The facts that are left when secrets are taken out of the values, and the path and place of each secret.
    package func removingSecrets() -> (facts: HubFacts, removed: [(path: String, location: SourceLocation)]) {
        let (clear, removed) = values.removingSecrets()
        return (HubFacts(hub, on: provider, effective: effective, values: clear), removed)
    }

    /// Whether the hub runs on this machine.
    package var isLocal: Bool { provider == .local }
}

extension EffectiveValues {
    /// Whether the charts are here with all that they compute.
    package var hasWholeChart: Bool {
        var chart = declaredChart
        for key in hubPath {
            chart = chart.dependencies.first { $0.chart.key == key }?.chart ?? chart
        }
        return chart.hasTemplates
    }
}
