import FleetModel
import Texts

/// Where data is at risk: claims, volumes, and what pods write to.
struct DataChanges: Sendable {
    let state: StateChange

    var observations: [Observation] {
        (state.changes.flatMap { change in removed(change) + claims(change) + policies(change) + mounts(change) })
            .map { Observation(.dataAtRisk, $0) }
    }

    // MARK: - Claims and volumes

    /// What holds data, or everything that does: it is deleted with what is in it.
    private static let holders = ["PersistentVolumeClaim", "PersistentVolume", "Namespace", "CustomResourceDefinition"]

    private func removed(_ change: ObjectChange) -> [Consequence.Proof] {
        guard change.isApplied, change.after == nil, let before = change.before else { return [] }
        if change.kind == "StatefulSet" {
            let policy = before.tree["spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted"]?.text
            return policy == "Delete" ? [change.proof("its claims are deleted with it")] : []
        }
        guard Self.holders.contains(change.kind), !before.isKept else { return [] }
        return [change.proof("helm deletes it")]
    }

    private func claims(_ change: ObjectChange) -> [Consequence.Proof] {
        let holdsData: Bool =
            switch change.kind {
            case "PersistentVolumeClaim", "PersistentVolume": true
            case "StatefulSet": change.fields.contains { $0.isBelow("spec.volumeClaimTemplates") }
            default: false
            }
        guard holdsData else { return [] }
        return ImmutableFields.refused(change).filter { field in
            change.kind != "StatefulSet" || field.isBelow("spec.volumeClaimTemplates")
        }.filter { !$0.isBelow("spec.resources") }.map { field in
            change.proof(field, "it leads to other data, or to none")
        }
    }

    /// What guards data when its object goes.
    private func policies(_ change: ObjectChange) -> [Consequence.Proof] {
        guard change.isApplied, change.after != nil else { return [] }
        return change.fields.compactMap { field in
            let isDeleting =
                field.isBelow("spec.persistentVolumeReclaimPolicy")
                || field.isBelow("spec.persistentVolumeClaimRetentionPolicy")
            if isDeleting, field.isHidden || field.after?.shown == "Delete" {
                return change.proof(field, "the data goes when the claim goes")
            }
            let isGuard =
                Self.holders.contains(change.kind)
                && field.isBelow("metadata.annotations[\"helm.sh/resource-policy\"]")
            return isGuard && change.before?.isKept == true
                ? change.proof(field, "helm deletes it from then on when it leaves the chart") : nil
        }
    }

    // MARK: - What pods write to

    private func mounts(_ change: ObjectChange) -> [Consequence.Proof] {
        guard change.isApplied, let before = change.before, let after = change.after, before.isWorkload else {
            return []
        }
        let (old, new) = (PodVolumes(before), PodVolumes(after))
        let lost = old.written.filter { !new.written.contains($0) }
        guard !lost.isEmpty else { return [] }
        let fields = (change.fields(below: "spec.template.spec")).filter { field in
            field.before != nil && (field.path.contains(".volumes[") || field.path.contains(".volumeMounts["))
                && !field.path.exact.hasSuffix(".name")
        }
        let note = "its pods wrote to \(lost.map(\.text).joined(separator: ", "))"
        return fields.isEmpty ? [change.proof(note)] : fields.map { change.proof($0, note) }
    }
}

/// What the containers of a workload write to that outlives its pods.
private struct PodVolumes {
    struct Written: Hashable {
        let container: String
        let source: VolumeSource
        let path: String
        let part: String

        var text: String { "\(source.text) at \(path)\(part.isEmpty ? "" : " (\(part))")" }
    }

    let written: [Written]

    init(_ workload: RenderedObject) {
        let volumes = workload.pods?["volumes"]?.members ?? []
        let sources = Dictionary(
            volumes.compactMap { volume in
                volume["name"]?.text.flatMap { name in VolumeSource(volume).map { (name.exact, $0) } }
            }
        ) { first, _ in first }
        written = workload.containers.flatMap { container in
            (container["volumeMounts"]?.members ?? []).compactMap { mount in
                guard mount["readOnly"]?.isTrue != true, let volume = mount["name"]?.text,
                    let source = sources[volume.exact], let path = mount["mountPath"]?.text
                else { return nil }
                return Written(
                    container: container["name"]?.text ?? "", source: source, path: path,
                    part: (mount["subPath"] ?? mount["subPathExpr"])?.text ?? "")
            }
        }
    }
}

/// Where the data of a volume is.
struct VolumeSource: Sendable, Hashable {
    /// What a pod makes for itself, or gets from objects that hold no data of people.
    private static let passing: Set<ExactText> = [
        "name", "emptyDir", "configMap", "secret", "projected", "downwardAPI", "image", "ephemeral",
    ]

    /// In words.
    let text: String
    /// What tells it from others, also where it is hidden.
    private let likeness: [String]

    /// Nil where nothing outlives the pod.
    init?(_ volume: SheetTree) {
        let sources = volume.entries.filter { !Self.passing.contains($0.key) }
        guard let source = sources.first else { return nil }
        let facts = source.tree.fields.filter { !$0.path.exact.hasSuffix(".readOnly") }
        text = ([source.key.text] + facts.map(\.shown)).joined(separator: " ")
        likeness = [source.key.text] + facts.map { "\($0.path.split(separator: ".").last ?? "") \($0.likeness)" }
    }

    static func == (left: VolumeSource, right: VolumeSource) -> Bool { left.likeness == right.likeness }
    func hash(into hasher: inout Hasher) { hasher.combine(likeness) }
}

extension ObjectField {
    /// What tells its value from others; it is never shown.
    var likeness: String { "\(shown)\0\(seal)" }
}
