/// A tier: what a community may have. An entry of `tiers` of the policy.
package struct Tier: Sendable {
    /// The keys of `tiers`, in the order of the schema.
    package enum Key: String, Sendable, CaseIterable {
        case essential, advanced, premium
        case binderAnonymous = "binder-anonymous"
        case binderGitHub = "binder-github"
    }

    package let key: Key
    /// What letters and pages call it.
    package let title: Setting<String>
    package let representativesMin: Setting<Int>
    /// Absent: there is no limit. The same holds for the other numbers of most.
    package let representativesMax: Setting<Int>
    package let hubsMax: Setting<Int>
    package let requiresStaging: Setting<Bool>
    /// Which clusters hubs may be on; the first unless there is a reason for the other.
    package let tenancies: Setting<PolicyList<Cluster.Tenancy>>
    /// The clouds that a community may choose; none: it gets that of `placement`.
    package let providers: Setting<PolicyList<ProviderKind>>
    /// The regions that a community may choose, with `*` for any text; none: it gets that of `placement`.
    package let regions: Setting<PolicyList<String>>
    package let allowsOwnClusterName: Setting<Bool>
    package let allowsOwnBillingAccount: Setting<Bool>
    package let allowsOwnDomain: Setting<Bool>
    package let allowsOwnHomePage: Setting<Bool>
    /// The ways of logging in that hubs may have. A new hub gets the first one.
    package let logins: Setting<PolicyList<String>>
    package let opensWithBinder: Setting<Bool>
    package let hasHomes: Setting<Bool>
    package let allowsGPU: Setting<Bool>
    package let allowsDaskGateway: Setting<Bool>
    package let allowsOwnImage: Setting<Bool>
    package let buildsImages: Setting<Bool>
    package let hasImageSupport: Setting<Bool>
    package let hasObjectStorage: Setting<Bool>
    package let showsNodeSizes: Setting<Bool>
    /// The most memory of a server, in GB (1024³ bytes); that of `servers` unless the tier has its own.
    package let serverMemory: Setting<Double>
    /// The most CPUs of a server; those of `servers` unless the tier has its own.
    package let serverCPUs: Setting<Double>
    /// The hours after which a server is stopped in any case. Absent: the chart decides.
    package let serverHoursMax: Setting<Double>
    package let serversMax: Setting<Int>
    package let serversPerRepositoryMax: Setting<Int>
    /// The most that one home may hold, in GB (1024³ bytes); that of `homes` unless the tier has its own.
    package let homeQuota: Setting<Double>

    init(_ key: Key, of policy: Value) {
        let part = PolicyPart(policy, "tiers", key.rawValue)
        self.key = key
        title = part["title"]
        representativesMin = part["representatives_min"]
        representativesMax = part["representatives_max"]
        hubsMax = part["hubs_max"]
        requiresStaging = part["staging_required"]
        tenancies = part["tenancies"]
        providers = part["providers"]
        regions = part["regions"]
        allowsOwnClusterName = part["own_cluster_name"]
        allowsOwnBillingAccount = part["own_billing_account"]
        allowsOwnDomain = part["own_domain"]
        allowsOwnHomePage = part["own_home_page"]
        logins = part["authentication"]
        opensWithBinder = part["binderhub_ui"]
        hasHomes = part["persistent_homes"]
        allowsGPU = part["gpu"]
        allowsDaskGateway = part["dask_gateway"]
        allowsOwnImage = part["own_image"]
        buildsImages = part["dynamic_image_building"]
        hasImageSupport = part["image_support"]
        hasObjectStorage = part["object_storage"]
        showsNodeSizes = part["node_sizes_shown"]
        serverMemory = part.own("server_memory_gb", or: PolicyPart(policy, "servers")["memory_gb"])
        serverCPUs = part.own("server_cpus", or: PolicyPart(policy, "servers")["cpus"])
        serverHoursMax = part["server_hours_max"]
        serversMax = part["servers_max"]
        serversPerRepositoryMax = part["servers_per_repository_max"]
        homeQuota = part.own("home_quota_gb", or: PolicyPart(policy, "homes")["quota_gb"])
    }
}
