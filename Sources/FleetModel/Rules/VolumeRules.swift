import Texts

/// Rules about volumes and the disks behind them.
enum VolumeRules {
    static let rules = [
        Rule(
            "storage/unknown-volume", .error, "Servers mount volumes that there are.",
            because: "Kubernetes refuses to start the server.", .hub(unknownVolume)),
        Rule(
            "storage/mount-key", .error, "A mount has the keys that Kubernetes knows, and a path.",
            because: "Kubernetes refuses to start the server, or mounts the volume without what was meant.",
            .hub(mountKey)),
        Rule(
            "storage/disk-of-another-hub", .warning, "Each hub has a disk of its own.",
            because:
                "A disk can be at one machine only: as soon as the storage servers of the two hubs are on two, one of "
                + "them never starts.",
            .neighbours(diskOfAnotherHub)),
        Rule(
            "storage/example-disk", .error, "The disk of the homes is a real one.",
            because: "The storage server waits for a disk that does not exist, and no server starts.", .hub(exampleDisk)
        ),
        Rule(
            "storage/no-way-out", .warning, "Users can take their homes along.",
            because: "Without downloads, and without a program for it in the image, nobody can leave with their files.",
            .hub(noWayOut)),
    ]

    // MARK: - Mounts

    /// All mounts that values give to servers, with the volumes that they may be of.
    private static func mounts(of hub: HubFacts) -> [(place: SourceLocation, value: Value)] {
        let paths = [StorageFacts.mountsPath, StorageFacts.administratorMountsPath]
        let all = paths.compactMap { hub.values.jupyterhub[path: $0] }.flatMap(\.listEntries)
        let chosen = hub.profiles.chosenOverrides.compactMap { $0["volume_mounts"] }.flatMap(\.listEntries)
        return all + chosen
    }

    private static func unknownVolume(_ hub: HubFacts) -> [Rule.Fault] {
        let isOpen = ["volumes", "volume_mounts", "extra_pod_config", "modify_pod_hook"].contains {
            hub.code.assigns($0, of: "KubeSpawner") && !hub.code.isOfChart($0)
        }
        guard !isOpen, let known = volumes(of: hub) else { return [] }
        return mounts(of: hub).compactMap { _, mount -> Rule.Fault? in
            guard let name = mount["name"], let text = name.string, !text.contains("{"), !known.contains(text.exact)
            else { return nil }
            return Rule.Fault(
                "there is no volume \"\(text.printable)\" to mount",
                advice: Suggestion.closest(to: text, among: known.map(\.text)).map { "did you mean \"\($0)\"?" }
                    ?? "add it to singleuser.storage.extraVolumes", at: name.location)
        }
    }

    /// The names of the volumes of servers; nil when not all can be known.
    private static func volumes(of hub: HubFacts) -> Set<ExactText>? {
        let jupyterhub = hub.values.jupyterhub
        let lists =
            [
                jupyterhub["singleuser", "storage", "extraVolumes"],
                jupyterhub["custom", "singleuserAdmin", "extraVolumes"],
                hub.login.config["KubeSpawner", "volumes"],
            ] + hub.profiles.overrides.map { $0["volumes"] }
        let names = lists.compactMap { $0 }.flatMap(\.listEntries).map { $0.value["name"] }
        guard !names.contains(where: { $0?.string == nil }) else { return nil }
        // The chart makes these itself. A volume that it makes of a user's claim is called by the claim.
        var known = Set(names.compactMap { $0?.string?.exact })
        known.formUnion(["home", "files", "volume-{username}", "volume-{username}{servername}"].map(\.exact))
        let own = [
            jupyterhub["singleuser", "storage", "static", "pvcName"],
            jupyterhub["singleuser", "storage", "dynamic", "volumeNameTemplate"],
        ]
        for value in own {
            guard let value, !value.isNull else { continue }
            guard let text = value.string else { return nil }
            known.insert(text.exact)
        }
        return known
    }

    /// Source: `VolumeMount` of Kubernetes' API 1.33.
    private static let mountKeys: Set<String> = [
        "mountPath", "mountPropagation", "name", "readOnly", "recursiveReadOnly", "subPath", "subPathExpr",
    ]

    private static func mountKey(_ hub: HubFacts) -> [Rule.Fault] {
        mounts(of: hub).flatMap { place, mount -> [Rule.Fault] in
            let unknown = mount.pairs.filter { !mountKeys.contains($0.key) && !$0.key.contains("_") }
            let faults = unknown.map { key, place, _ in
                Rule.Fault(
                    "a mount has no key \"\(key.printable)\"", advice: Suggestion.advice(for: key, among: mountKeys),
                    at: place)
            }
            guard faults.isEmpty, mount.map != nil, hub.knowledge.unknownDefaults == nil,
                !["mountPath", "mount_path"].contains(where: { mount[$0]?.ifSet != nil })
            else { return faults }
            return [Rule.Fault("this mount says no mountPath", advice: "say where it is mounted", at: place)]
        }
    }

    // MARK: - Disks

    private static func disks(of hub: HubFacts) -> [Value] {
        guard !hub.storage.homeDisk.isEnabled.isOff else { return [] }
        let own = hub.provider.cloud.homeDisks.value ?? []
        return ProviderKind.allCases.flatMap { $0.cloud.homeDisks.value ?? [] }.compactMap { cloud in
            // The switch of the cluster's own cloud may be computed, where it cannot be seen.
            let isUsed = hub.storage.homeDisk.isDisk(of: cloud)
            guard isUsed.isOn || (own.contains(cloud) && !isUsed.isOff) else { return nil }
            return hub.storage.homeDisk.volume(of: cloud).given
        }
    }

    private static func diskOfAnotherHub(_ hubs: [HubFacts]) -> [Rule.Fault] {
        var first: [ExactText: (hub: HubFacts, place: SourceLocation)] = [:]
        return hubs.flatMap { hub in
            disks(of: hub).compactMap { disk -> Rule.Fault? in
                guard let text = disk.text, !text.isEmpty, !isExample(text) else { return nil }
                guard let twin = first[text.exact], twin.hub.hub.id != hub.hub.id else {
                    if first[text.exact] == nil { first[text.exact] = (hub: hub, place: disk.location) }
                    return nil
                }
                return Rule.Fault(
                    "\(hub.hub.id.printable) has the disk that \(twin.hub.hub.id.printable) uses",
                    advice: "give it a disk of its own", at: disk.location, related: [twin.place])
            }
        }
    }

    /// Words that stand in examples where a real name has to come.
    private static let examples = ["<", "changeme", "change-me", "fixme", "todo", "xxx", "replace-"]

    private static func isExample(_ text: String) -> Bool {
        let lower = text.lowercased()
        return examples.contains(where: lower.contains)
            || lower.split(separator: "/").contains {
                $0.hasPrefix("your-") || $0.hasPrefix("my-") && $0.hasSuffix("-id")
            }
    }

    private static func exampleDisk(_ hub: HubFacts) -> [Rule.Fault] {
        disks(of: hub).compactMap { disk in
            guard let text = disk.string, isExample(text) else { return nil }
            return Rule.Fault(
                "\"\(text.printable)\" stands for a disk in an example, and is none",
                advice: "write the name or number that the cloud has given to the disk", at: disk.location)
        }
    }

    // MARK: - Taking homes along

    /// Images of which it is known that nothing in them packs a home. Source: the images of Jupyter's docker-stacks.
    private static let plainImages = ["quay.io/jupyter/", "jupyter/", "docker.io/jupyter/"]

    private static func noWayOut(_ hub: HubFacts) -> [Rule.Fault] {
        guard hub.storage.homeDownload.isOff, let place = hub.storage.homeDownload.place, !hub.isLocal,
            hub.storage.type.value != "none", !hub.servers.images.isEmpty,
            hub.servers.images.allSatisfy({ image in plainImages.contains { image.text.hasPrefix($0) } })
        else { return [] }
        return [
            Rule.Fault(
                "downloads of homes are off, and no image of the hub has a package for it",
                advice: "set homeDownload.enabled to true, or add jupyter-archive to the image", at: place,
                related: [hub.servers.images[0].place])
        ]
    }
}
