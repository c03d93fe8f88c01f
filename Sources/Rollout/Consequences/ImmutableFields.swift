import FleetModel
import Texts

/// Fields that Kubernetes never changes once an object is there.
///
/// Source: Kubernetes' own validation of updates (`pkg/apis/*/validation`), as its API server 1.34 answers.
enum ImmutableFields {
    /// What of an object is fixed.
    private enum Rule {
        /// These paths.
        case fields([String])
        /// All below a path but these keys.
        case allBut(String, [String])
    }

    private static let rules: [String: Rule] = [
        "apps/Deployment": .fields(["spec.selector"]), "apps/DaemonSet": .fields(["spec.selector"]),
        "apps/StatefulSet": .allBut(
            "spec",
            [
                "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
                "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
            ]),
        "batch/Job": .fields([
            "spec.template", "spec.selector", "spec.completions", "spec.completionMode", "spec.podFailurePolicy",
            "spec.backoffLimitPerIndex", "spec.managedBy", "spec.podReplacementPolicy", "spec.successPolicy",
        ]),
        "/PersistentVolumeClaim": .allBut("spec", ["resources", "volumeAttributesClassName"]),
        "/PersistentVolume": .allBut(
            "spec",
            [
                "capacity", "accessModes", "claimRef", "persistentVolumeReclaimPolicy", "storageClassName",
                "mountOptions", "volumeAttributesClassName",
            ]),
        "/Pod": .allBut("spec", ["activeDeadlineSeconds", "terminationGracePeriodSeconds"]),
        "/Service": .fields(["spec.clusterIP", "spec.clusterIPs", "spec.loadBalancerClass"]),
        "/Secret": .fields(["type"]),
        "rbac.authorization.k8s.io/RoleBinding": .fields(["roleRef"]),
        "rbac.authorization.k8s.io/ClusterRoleBinding": .fields(["roleRef"]),
        "storage.k8s.io/StorageClass": .fields([
            "provisioner", "parameters", "reclaimPolicy", "volumeBindingMode",
        ]),
        "scheduling.k8s.io/PriorityClass": .fields(["value", "preemptionPolicy"]),
        "networking.k8s.io/IngressClass": .fields(["spec.controller"]),
    ]

    /// What a field that is not there says by itself, so that writing it out changes nothing.
    private static let defaults: [String: String] = [
        "spec.volumeMode": "Filesystem", "spec.podManagementPolicy": "OrderedReady", "type": "Opaque",
        "reclaimPolicy": "Delete", "volumeBindingMode": "Immediate", "preemptionPolicy": "PreemptLowerPriority",
        "spec.completionMode": "NonIndexed", "spec.completions": "1",
    ]

    /// The fields of a changed object that will be refused.
    static func refused(_ change: ObjectChange) -> [FieldDifference] {
        guard change.isApplied, let before = change.before, change.after != nil else { return [] }
        let fixed = change.fields.filter { isFixed($0, of: change) && !isDefault($0) }
        return fixed + shrunk(change) + frozen(change, before)
    }

    /// Claims grow, and never shrink.
    static func isShrink(_ field: FieldDifference) -> Bool {
        guard let old = field.before.flatMap({ Quantity.kubernetes($0.shown) }),
            let new = field.after.flatMap({ Quantity.kubernetes($0.shown) })
        else { return true }
        return new < old
    }

    private static func shrunk(_ change: ObjectChange) -> [FieldDifference] {
        guard change.kind == "PersistentVolumeClaim" else { return [] }
        return change.fields(below: "spec.resources.requests.storage").filter(isShrink)
    }

    /// What says of itself that it never changes.
    private static func frozen(_ change: ObjectChange, _ before: RenderedObject) -> [FieldDifference] {
        guard ["ConfigMap", "Secret"].contains(change.kind), before.tree["immutable"]?.isTrue == true else { return [] }
        return ["data", "stringData", "binaryData", "immutable"].flatMap { change.fields(below: $0) }
    }

    private static func isFixed(_ field: FieldDifference, of change: ObjectChange) -> Bool {
        // Another version of an object is the same object.
        switch rules["\(change.group)/\(change.kind)"] {
        case .fields(let paths):
            // An address of a Service that is written no more stays what it was.
            if change.kind == "Service", field.after == nil { return false }
            return paths.contains { field.isBelow($0) }
        case .allBut(let path, let keys):
            guard field.isBelow(path) else { return false }
            // An image is all that a pod gets anew in place.
            if change.kind == "Pod", field.path.exact.hasSuffix(".image") { return false }
            return !keys.contains { field.isBelow("\(path).\($0)") }
        case nil: return false
        }
    }

    private static func isDefault(_ field: FieldDifference) -> Bool {
        // What was only reordered or spelled otherwise is the same for Kubernetes, where its order tells nothing.
        if field.isFormAlone { return true }
        guard let usual = defaults[field.path] else { return false }
        return (field.before?.shown ?? usual) == (field.after?.shown ?? usual)
    }
}
