/// Rules about users' homes.
enum StorageRules {
    static let rules = [
        Rule(
            "storage/home-path", .error, "Homes are mounted where the servers work.",
            because: "What users save outside of the mounted folder is gone when their server stops.", .hub(homePath)),
        Rule(
            "storage/shared-home", .error, "Every user has a folder of its own.",
            because: "All users work in one folder, and can read and delete each other's files.", .hub(sharedHome)),
        Rule(
            "storage/no-quota", .warning, "Homes have a quota.",
            because: "One user can fill the disk of all, and then nobody can save anything.", .hub(noQuota)),
        Rule(
            "storage/bad-quota", .error, "The quota is an amount above zero.",
            because: "Every user is over quota, or none is.", .hub(badQuota)),
        Rule(
            "storage/two-clouds", .error, "The disk of the homes is one of the cluster's own cloud.",
            because: "The storage server waits for a disk that its cloud does not have, and no server starts.",
            .hub(twoClouds)),
        Rule(
            "storage/share-path", .error, "The folder of the homes on the storage server starts and ends with a slash.",
            because:
                "The name of the hub's folder is made of it, so the wrong folder is asked for, and no home is mounted.",
            .hub(sharePath)),
        Rule(
            "storage/server-address", .error, "The address of the storage server is an address or a host name.",
            because: "No server can mount its home.", .hub(serverAddress)),
        Rule(
            "storage/no-storage", .note, "A hub whose users come back keeps their files.",
            because: "Everything that users save is gone when their server stops.", .hub(noStorage)),
    ]

    private static func homePath(_ hub: HubSettings) -> [Rule.Fault] {
        guard let value = hub.storage["homeMountPath"], let path = value.string else { return [] }
        guard path.hasPrefix("/") else {
            return [Rule.Fault("homeMountPath must start with /", at: value.location)]
        }
        guard let working = hub.config["KubeSpawner", "working_dir"], let folder = working.string,
            folder.hasPrefix("/"), !([path] + hub.mountPaths).contains(where: folder.isBelow),
            hub.storage["type"]?.string != "none"
        else { return [] }
        return [
            Rule.Fault(
                "homes are mounted at \(path.printable), but servers work in \(folder.printable)",
                advice: "make them the same", at: value.location, related: [working.location])
        ]
    }

    private static func sharedHome(_ hub: HubSettings) -> [Rule.Fault] {
        guard hub.storage["type"]?.string == "static", let value = hub.storage["static", "subPath"],
            let path = value.string, !path.contains("{")
        else { return [] }
        return [
            Rule.Fault(
                "storage.static.subPath is the same for all users", advice: "write \"{escaped_username}\"",
                at: value.location)
        ]
    }

    private static func noQuota(_ hub: HubSettings) -> [Rule.Fault] {
        guard hub.values["jupyterhub-home-nfs", "enabled"]?.flag == true, let enforcer = hub.quotaEnforcer,
            enforcer["enabled"]?.flag == false
        else { return [] }
        return [
            Rule.Fault(
                "the quota of homes is switched off", advice: "set quotaEnforcer.enabled to true",
                at: enforcer["enabled"]?.location ?? enforcer.location)
        ]
    }

    private static func badQuota(_ hub: HubSettings) -> [Rule.Fault] {
        guard let value = hub.quotaEnforcer?["config", "QuotaManager", "hard_quota"] else { return [] }
        let number: Double? =
            switch value.content {
            case .integer(let number): Double(number)
            case .float(let number): number
            default: nil
            }
        guard value.string != nil || (number.map { !($0 > 0) } ?? false) else { return [] }
        return [
            Rule.Fault(
                "hard_quota must be a number of GiB above zero, not \(value.oneLine(limit: 30))", at: value.location)
        ]
    }

    private static func twoClouds(_ hub: HubSettings) -> [Rule.Fault] {
        let provider = hub.cluster.provider.kind
        guard let own = provider.cloud.homeDisks.value else { return [] }
        return ProviderKind.allCases.flatMap { $0.cloud.homeDisks.value ?? [] }.compactMap { key in
            guard !own.contains(key), let switched = hub.values["jupyterhub-home-nfs", key, "enabled"],
                switched.flag == true
            else { return nil }
            return Rule.Fault(
                "jupyterhub-home-nfs.\(key) is for another cloud than \(provider.rawValue)",
                advice: "switch it off", at: switched.location)
        }
    }

    private static func sharePath(_ hub: HubSettings) -> [Rule.Fault] {
        guard hub.values["nfs", "pv", "enabled"]?.flag == true, let value = hub.values["nfs", "pv", "baseShareName"],
            let path = value.string, !path.hasPrefix("/") || !path.hasSuffix("/")
        else { return [] }
        return [
            Rule.Fault(
                "nfs.pv.baseShareName must start and end with /, not be \"\(path.printable)\"", at: value.location)
        ]
    }

    private static func serverAddress(_ hub: HubSettings) -> [Rule.Fault] {
        guard hub.values["nfs", "pv", "enabled"]?.flag == true, let value = hub.values["nfs", "pv", "serverIP"],
            let address = value.string, !HostName.isHostName(address), !address.contains(":")
        else { return [] }
        return [
            Rule.Fault(
                "nfs.pv.serverIP is neither an address nor a host name: \"\(address.printable)\"", at: value.location)
        ]
    }

    private static func noStorage(_ hub: HubSettings) -> [Rule.Fault] {
        guard let type = hub.storage["type"], type.string == "none", !hub.isLocal,
            !hub.logsIn(
                with: "TmpAuthenticator", "NullAuthenticator", "DummyAuthenticator", "SharedPasswordAuthenticator")
        else { return [] }
        return [
            Rule.Fault(
                "users log in with names of their own, but their files are not kept",
                advice: "set singleuser.storage.type to static or dynamic", at: type.location,
                related: [hub.authenticatorPlace])
        ]
    }
}

extension HubSettings {
    fileprivate var storage: Value {
        jupyterhub["singleuser", "storage"] ?? Value(.map(ValueMap()), at: hub.location)
    }

    /// Other places that folders of the homes, or of anything else, are mounted at.
    fileprivate var mountPaths: [String] {
        let mounts = storage["extraVolumeMounts"]
        return (mounts?.list ?? mounts?.pairs.map(\.value) ?? []).compactMap { $0["mountPath"]?.string }
    }

    fileprivate var quotaEnforcer: Value? { values["jupyterhub-home-nfs", "quotaEnforcer"] }
}

extension String {
    /// Whether the folder is the other one, or inside of it.
    fileprivate func isBelow(_ folder: String) -> Bool {
        self == folder || hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
    }
}
