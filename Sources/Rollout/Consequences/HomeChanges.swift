import FleetModel
import Texts

/// Where the hub's configuration leads users' homes, and its database, elsewhere.
struct HomeChanges: Sendable {
    let hub: HubChanges
    private let before: SheetTree?
    private let after: SheetTree?

    init(_ hub: HubChanges) {
        self.hub = hub
        before = hub.state.before.hubConfiguration
        after = hub.state.after.hubConfiguration
    }

    var observations: [Observation] {
        hub.configuration.compactMap { change in
            note(change).map { Observation(.dataAtRisk, change.object.proof(change.field, $0)) }
        }
    }

    /// Why data is at risk; nil where it is not.
    private func note(_ change: ConfigurationChange) -> String? {
        // Written otherwise, or in another order, it leads where it led.
        guard !change.field.isFormAlone, change.field.after?.kind != .order else { return nil }
        if change.isBelow("hub", "db") {
            return ["url", "type"].contains(change.keys.dropFirst(2).first ?? "")
                ? "the hub finds another database, or none: its users, groups and tokens are in there" : nil
        }
        guard isOfHomes(change) else { return nil }
        return "servers find another folder as home, or none"
    }

    private func isOfHomes(_ change: ConfigurationChange) -> Bool {
        let storage = Array(change.keys.dropFirst(2))
        if change.isBelow("singleuser", "storage") {
            switch storage.first {
            case "type", "homeMountPath": return true
            // What the other kind of storage says has no effect.
            case "static", "dynamic":
                return isActive(storage[0]) && ["pvcName", "subPath", "pvcNameTemplate"].contains(storage.last ?? "")
            case "extraVolumes": return change.field.before != nil && leadsElsewhere(change, in: "extraVolumes")
            case "extraVolumeMounts":
                return change.field.before != nil && leadsElsewhere(change, in: "extraVolumeMounts")
            default: return false
            }
        }
        if change.isBelow("custom", "singleuser", "extraPVCs") {
            return change.field.before != nil && change.keys.count == 3 && change.field.path.exact.hasSuffix(".name")
        }
        return isOfSpawner(change)
    }

    /// The traits of KubeSpawner that say where homes are. Source: KubeSpawner 7.1.
    private static let traits = ["pvc_name", "pvc_name_template", "volumes", "volume_mounts", "storage_pvc_ensure"]

    private func isOfSpawner(_ change: ConfigurationChange) -> Bool {
        guard change.isBelow("hub", "config"), change.keys.count > 3, change.keys[2].hasSuffix("Spawner") else {
            return false
        }
        return Self.traits.contains(change.keys[3])
    }

    private func isActive(_ type: String) -> Bool {
        [before, after].contains { tree in
            let active = tree?["singleuser", "storage", "type"]
            return active == nil || active?.text == type || active?.isHidden == true
        }
    }

    /// Whether a volume with data, or where it is mounted, is another one.
    private func leadsElsewhere(_ change: ConfigurationChange, in list: String) -> Bool {
        let (old, new) = (HomeMounts(before), HomeMounts(after))
        let lost = old.mounts.subtracting(new.mounts)
        guard !lost.isEmpty else { return false }
        let names = Set(lost.map(\.volume))
        // The entry that the field is of, by its step behind the list.
        guard let index = change.steps.firstIndex(of: .key(list.exact)), index + 1 < change.steps.count else {
            return false
        }
        let step = change.steps[index + 1]
        let entry = before?["singleuser", "storage", list]?.parts.first { $0.step == step }?.tree
        guard let name = entry?["name"]?.text else { return false }
        return names.contains(name.exact)
    }
}

/// Where volumes with data are mounted in servers of users.
private struct HomeMounts {
    struct Mount: Hashable {
        let volume: ExactText
        let source: VolumeSource?
        let path: String
        let part: String
    }

    let mounts: Set<Mount>

    init(_ configuration: SheetTree?) {
        let storage = configuration?["singleuser", "storage"]
        var sources: [ExactText: VolumeSource?] = [:]
        for volume in storage?["extraVolumes"]?.members ?? [] {
            guard let name = volume["name"]?.text else { continue }
            sources.updateValue(VolumeSource(volume), forKey: name.exact)
        }
        let all = (storage?["extraVolumeMounts"]?.members ?? []).compactMap { mount -> Mount? in
            guard mount["readOnly"]?.isTrue != true, let volume = mount["name"]?.text?.exact,
                let path = mount["mountPath"]?.text
            else { return nil }
            // A volume that none of them makes is that of the homes.
            let source = sources[volume]
            if case .some(.none) = source { return nil }
            return Mount(
                volume: volume, source: source ?? nil, path: path,
                part: (mount["subPath"] ?? mount["subPathExpr"])?.field?.likeness ?? "")
        }
        mounts = Set(all)
    }
}
