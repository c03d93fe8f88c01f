/// The storage of users' files: homes, their disk and quota, and the folders that users share.
package struct StorageFacts: Sendable {
    /// A folder that is mounted into servers.
    package struct Mount: Sendable {
        /// The name of the volume; `home` is the one of the homes.
        package let volume: String?
        package let path: String?
        /// The folder of the volume.
        package let folder: String?
        package let isReadOnly: Bool
        package let place: SourceLocation
    }

    /// `static`, `dynamic` or `none`, or what a chart makes of its own.
    package let type: Setting<String>
    package let homePath: Setting<String>
    /// The folder of each home on the volume of the homes, such as `{escaped_username}`.
    package let homeFolder: Setting<String>
    /// The folder that servers work in.
    package let workingFolder: Setting<String>
    /// The folders that all servers get.
    package let mounts: [Mount]
    /// The folders that servers of administrators get beside those.
    package let administratorMounts: [Mount]
    package let homeDisk: HomeDisk
    package let share: HomeShare
    /// Whether users may download their homes.
    package let homeDownload: Setting<Bool>

    init(_ server: Value?, chart: Value, custom: Value?, config: Value) {
        let storage = server?["storage"]
        type = Setting(storage?["type"], path: ["singleuser", "storage", "type"])
        homePath = Setting(storage?["homeMountPath"], path: ["singleuser", "storage", "homeMountPath"])
        homeFolder = Setting(storage?["static", "subPath"], path: ["singleuser", "storage", "static", "subPath"])
        workingFolder = Setting(
            config["KubeSpawner", "working_dir"], path: ["hub", "config", "KubeSpawner", "working_dir"])
        mounts = Mount.all(storage?["extraVolumeMounts"])
        administratorMounts = Mount.all(custom?["singleuserAdmin", "extraVolumeMounts"])
        homeDisk = HomeDisk(chart["jupyterhub-home-nfs"])
        share = HomeShare(chart["nfs", "pv"])
        homeDownload = Setting(chart["homeDownload", "enabled"], path: ["homeDownload", "enabled"])
    }

    package static let mountsPath = ["singleuser", "storage", "extraVolumeMounts"]
    package static let administratorMountsPath = ["custom", "singleuserAdmin", "extraVolumeMounts"]
}

extension StorageFacts.Mount {
    /// The mounts of a list, or of a map that values files can merge.
    fileprivate static func all(_ value: Value?) -> [StorageFacts.Mount] {
        let entries = value?.list ?? value?.map?.map(\.value) ?? []
        return entries.map { entry in
            StorageFacts.Mount(
                volume: entry["name"]?.string, path: entry["mountPath"]?.string, folder: entry["subPath"]?.string,
                isReadOnly: entry["readOnly"]?.bool == true,
                place: entry.location)
        }
    }
}

/// The disk of the homes with its server and quota: the sub-chart `jupyterhub-home-nfs`.
package struct HomeDisk: Sendable {
    package let isEnabled: Setting<Bool>
    package let isQuotaEnforced: Setting<Bool>
    /// The most that one home may hold, in GiB.
    package let quota: Setting<Double>
    private let chart: Value?

    init(_ chart: Value?) {
        self.chart = chart
        let enforcer = chart?["quotaEnforcer"]
        isEnabled = Setting(chart?["enabled"], path: ["jupyterhub-home-nfs", "enabled"])
        isQuotaEnforced = Setting(
            enforcer?["enabled"], path: ["jupyterhub-home-nfs", "quotaEnforcer", "enabled"])
        quota = Setting(
            enforcer?["config", "QuotaManager", "hard_quota"],
            path: ["jupyterhub-home-nfs", "quotaEnforcer", "config", "QuotaManager", "hard_quota"])
    }

    /// The switch of a cloud's disk, such as `eks`.
    package func isDisk(of cloud: String) -> Setting<Bool> {
        Setting(chart?[cloud, "enabled"], path: ["jupyterhub-home-nfs", cloud, "enabled"])
    }

    /// The name that a cloud has given to the disk.
    package func volume(of cloud: String) -> Setting<String> {
        Setting(chart?[cloud, "volumeId"], path: ["jupyterhub-home-nfs", cloud, "volumeId"])
    }
}

/// The volume of the homes on an NFS server: the part `nfs.pv` of the chart.
package struct HomeShare: Sendable {
    package let isEnabled: Setting<Bool>
    /// The folder of the server; the hub's own is made of it.
    package let folder: Setting<String>
    package let server: Setting<String>

    init(_ volume: Value?) {
        isEnabled = Setting(volume?["enabled"], path: ["nfs", "pv", "enabled"])
        folder = Setting(volume?["baseShareName"], path: ["nfs", "pv", "baseShareName"])
        server = Setting(volume?["serverIP"], path: ["nfs", "pv", "serverIP"])
    }
}
