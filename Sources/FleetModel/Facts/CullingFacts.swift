/// The stopping of servers that nobody uses: the part `cull` of the JupyterHub chart.
package struct CullingFacts: Sendable {
    package let isEnabled: Setting<Bool>
    /// Seconds without use after which a server is stopped.
    package let timeout: Setting<Int>
    /// Seconds between two looks.
    package let every: Setting<Int>
    package let concurrency: Setting<Int>
    /// Seconds after which a server is stopped in any case; 0 for never.
    package let maxAge: Setting<Int>
    /// Whether users are removed, too.
    package let removesUsers: Setting<Bool>
    package let includesAdministrators: Setting<Bool>
    package let removesNamedServers: Setting<Bool>

    /// The values of the JupyterHub chart itself, for where nobody says anything. A test compares them with the chart.
    package enum Defaults {
        package static let isEnabled = true
        package static let timeout = 3600
        package static let every = 600
        package static let concurrency = 10
        package static let maxAge = 0
        package static let removesUsers = false
        package static let includesAdministrators = true
        package static let removesNamedServers = false
    }

    init(_ cull: Value?) {
        isEnabled = Setting(cull?["enabled"], path: ["cull", "enabled"])
        timeout = Setting(cull?["timeout"], path: ["cull", "timeout"])
        every = Setting(cull?["every"], path: ["cull", "every"])
        concurrency = Setting(cull?["concurrency"], path: ["cull", "concurrency"])
        maxAge = Setting(cull?["maxAge"], path: ["cull", "maxAge"])
        removesUsers = Setting(cull?["users"], path: ["cull", "users"])
        includesAdministrators = Setting(cull?["adminUsers"], path: ["cull", "adminUsers"])
        removesNamedServers = Setting(cull?["removeNamedServers"], path: ["cull", "removeNamedServers"])
    }
}
