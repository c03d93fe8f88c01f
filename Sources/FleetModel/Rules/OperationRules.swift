/// Rules about how a hub is run.
enum OperationRules {
    static let rules = [
        Rule(
            "operation/no-staging", .warning, "Every cluster has a hub to try changes on.",
            because: "Changes reach people's work untried: a production hub is deployed after a staging hub of its "
                + "cluster is healthy.",
            .cluster(noStaging)),
        Rule(
            "operation/staging-alone", .note, "A staging hub stands for a production hub.",
            because: "A cluster that has only staging hubs costs money for nobody.", .cluster(stagingAlone)),
        Rule(
            "operation/no-culling", .warning, "Servers that nobody uses are stopped.",
            because: "They cost money until somebody notices.", .hub(noCulling)),
        Rule(
            "operation/slow-culling", .warning, "Unused servers are stopped within a day.",
            because: "They cost money all that time.", .hub(slowCulling)),
        Rule(
            "operation/database-in-memory", .warning, "The hub's database outlives its restart.",
            because: "Every restart forgets all users, tokens and running servers.", .hub(databaseInMemory)),
        Rule(
            "operation/many-hubs", .warning, "The hub runs once.",
            because: "JupyterHub keeps its state in memory: two of them start and stop each other's servers.",
            .hub(manyHubs)),
        Rule(
            "operation/culler-type", .error, "What stops unused servers gets what it takes.",
            because:
                "The culler does not start, and no server is ever stopped; or a text such as \"false\" counts as true.",
            .hub(cullerType)),
    ]

    private static func noStaging(_ cluster: Cluster) -> [Rule.Fault] {
        guard cluster.provider.kind != .local, let first = cluster.hubs.first,
            !cluster.hubs.contains(where: \.isStaging)
        else { return [] }
        return [
            Rule.Fault(
                "the cluster \"\(cluster.name.value)\" has no staging hub",
                advice: "add one whose name contains \"staging\"", at: first.location)
        ]
    }

    private static func stagingAlone(_ cluster: Cluster) -> [Rule.Fault] {
        guard cluster.provider.kind != .local, let first = cluster.hubs.first, cluster.hubs.allSatisfy(\.isStaging)
        else {
            return []
        }
        return [
            Rule.Fault(
                "the cluster \"\(cluster.name.value)\" has only staging hubs", advice: "add the hub that it is for",
                at: first.location)
        ]
    }

    private static func noCulling(_ hub: HubFacts) -> [Rule.Fault] {
        guard let place = hub.culling.isEnabled.place, hub.culling.isEnabled.isOff, !hub.isLocal else { return [] }
        return [
            Rule.Fault("unused servers are never stopped", advice: "set cull.enabled to true", at: place)
        ]
    }

    private static func slowCulling(_ hub: HubFacts) -> [Rule.Fault] {
        guard !hub.culling.isEnabled.isOff, let place = hub.culling.timeout.place,
            let seconds = hub.culling.timeout.value, seconds > 86_400
        else { return [] }
        return [
            Rule.Fault(
                "unused servers are stopped after \(seconds / 3600) hours", advice: "3600 seconds are usual",
                at: place)
        ]
    }

    /// The keys of the chart with the settings of the culler that it makes of them. Source: `jupyterhub_config.py` of the
    /// JupyterHub chart 4.3.
    private static let cullerKeys = [
        "timeout": "timeout", "every": "cull_every", "concurrency": "concurrency", "maxAge": "max_age",
        "users": "cull_users", "adminUsers": "cull_admin_users", "removeNamedServers": "remove_named_servers",
    ]

    private static func cullerType(_ hub: HubFacts) -> [Rule.Fault] {
        (hub.values.jupyterhub["cull"]?.pairs ?? []).flatMap { key, _, value -> [Rule.Fault] in
            let setting = cullerKeys[key].flatMap { JupyterHubNames.setting($0, of: "IdleCuller") }
            guard let kind = key == "enabled" ? SettingKind.bool : setting?.kind else { return [] }
            // The chart writes numbers into a command line, where text of digits is one.
            if kind == .integer, let text = value.text, Int(text) != nil { return [] }
            return kind.mismatches(in: value).map { $0.fault(in: "cull.\(key)") }
        }
    }

    private static func databaseInMemory(_ hub: HubFacts) -> [Rule.Fault] {
        guard let place = hub.operation.database.place, hub.operation.database.value == "sqlite-memory",
            !hub.login.isOne(of: "TmpAuthenticator", "NullAuthenticator")
        else { return [] }
        return [
            Rule.Fault(
                "the hub keeps its database in memory", advice: "set hub.db.type to sqlite-pvc", at: place)
        ]
    }

    private static func manyHubs(_ hub: HubFacts) -> [Rule.Fault] {
        guard let place = hub.operation.replicas.place, let number = hub.operation.replicas.value, number > 1 else {
            return []
        }
        return [Rule.Fault("the hub is to run \(number) times", advice: "set hub.replicas to 1", at: place)]
    }
}
