import Texts

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

    private static func homePath(_ hub: HubFacts) -> [Rule.Fault] {
        let storage = hub.storage
        guard let path = storage.homePath.value, let place = storage.homePath.place else { return [] }
        guard path.hasPrefix("/") else { return [Rule.Fault("homeMountPath must start with /", at: place)] }
        guard let folder = storage.workingFolder.value, folder.hasPrefix("/"),
            !([path] + storage.mounts.compactMap(\.path)).contains(where: folder.isBelow), storage.type.value != "none"
        else { return [] }
        return [
            Rule.Fault(
                "homes are mounted at \(path.printable), but servers work in \(folder.printable)",
                advice: "make them the same", at: place,
                related: [storage.workingFolder.place].compactMap { $0 })
        ]
    }

    private static func sharedHome(_ hub: HubFacts) -> [Rule.Fault] {
        guard hub.storage.type.value == "static", let path = hub.storage.homeFolder.value, !path.contains("{"),
            let place = hub.storage.homeFolder.place
        else { return [] }
        return [
            Rule.Fault(
                "storage.static.subPath is the same for all users", advice: "write \"{escaped_username}\"",
                at: place)
        ]
    }

    private static func noQuota(_ hub: HubFacts) -> [Rule.Fault] {
        let disk = hub.storage.homeDisk
        guard disk.isEnabled.isOn, disk.isQuotaEnforced.isOff, let place = disk.isQuotaEnforced.place else { return [] }
        return [
            Rule.Fault(
                "the quota of homes is switched off", advice: "set quotaEnforcer.enabled to true",
                at: place)
        ]
    }

    private static func badQuota(_ hub: HubFacts) -> [Rule.Fault] {
        let quota = hub.storage.homeDisk.quota
        guard let value = quota.given, quota.isUnreadable || (quota.value.map { $0 <= 0 } ?? false) else { return [] }
        return [
            Rule.Fault(
                "hard_quota must be a number of GiB above zero, not \(value.oneLine(limit: 30))", at: value.location)
        ]
    }

    private static func twoClouds(_ hub: HubFacts) -> [Rule.Fault] {
        guard let own = hub.provider.cloud.homeDisks.value else { return [] }
        return ProviderKind.allCases.flatMap { $0.cloud.homeDisks.value ?? [] }.compactMap { key in
            let disk = hub.storage.homeDisk.isDisk(of: key)
            guard !own.contains(key), disk.isOn, let place = disk.place else { return nil }
            return Rule.Fault(
                "jupyterhub-home-nfs.\(key) is for another cloud than \(hub.provider.rawValue)",
                advice: "switch it off", at: place)
        }
    }

    private static func sharePath(_ hub: HubFacts) -> [Rule.Fault] {
        let share = hub.storage.share
        guard share.isEnabled.isOn, let path = share.folder.value, !path.hasPrefix("/") || !path.hasSuffix("/"),
            let place = share.folder.place
        else { return [] }
        return [
            Rule.Fault(
                "nfs.pv.baseShareName must start and end with /, not be \"\(path.printable)\"", at: place)
        ]
    }

    private static func serverAddress(_ hub: HubFacts) -> [Rule.Fault] {
        let share = hub.storage.share
        guard share.isEnabled.isOn, let address = share.server.value, !HostName.isHostName(address.lowercased()),
            !HostName.isIPv6(address), let place = share.server.place
        else { return [] }
        let hasPath = address.contains("/")
        return [
            Rule.Fault(
                "nfs.pv.serverIP is neither an address nor a host name: \"\(address.printable)\"",
                advice: hasPath ? "write the host alone; its folder is nfs.pv.baseShareName" : nil, at: place)
        ]
    }

    private static func noStorage(_ hub: HubFacts) -> [Rule.Fault] {
        guard hub.storage.type.value == "none", let place = hub.storage.type.place, !hub.isLocal,
            !hub.login.isOne(
                of: "TmpAuthenticator", "NullAuthenticator", "DummyAuthenticator", "SharedPasswordAuthenticator")
        else { return [] }
        return [
            Rule.Fault(
                "users log in with names of their own, but their files are not kept",
                advice: "set singleuser.storage.type to static or dynamic", at: place,
                related: [hub.login.place])
        ]
    }
}

extension String {
    /// Whether the folder is the other one, or inside of it.
    fileprivate func isBelow(_ folder: String) -> Bool {
        exact == folder.exact || exact.hasPrefix((folder.exact.hasSuffix("/") ? folder : folder + "/").exact)
    }
}
