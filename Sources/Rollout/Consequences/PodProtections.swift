import FleetModel
import Texts

/// What kept pods from doing more, and is gone. Source: Kubernetes' pod security standards, and its defaults for what is
/// not set.
struct PodProtections: Sendable {
    let state: StateChange

    var observations: [Observation] {
        state.changes.filter { $0.section != .test }.flatMap { change -> [Observation] in
            guard let old = change.predecessor, let new = change.after, let pods = new.pods, let before = old.pods
            else {
                return []
            }
            return containers(change, old, new) + account(change, before, pods)
        }
    }

    private func widens(_ change: ObjectChange, at path: String, after: String?, _ text: String) -> Observation {
        Observation(
            .permissionsWiden,
            Consequence.Proof(
                object: change.name, path: path, after: after, note: text, template: change.object?.sheet.template))
    }

    // MARK: - Containers

    /// Of a container that is new, what all containers had before counts.
    private func containers(
        _ change: ObjectChange, _ old: RenderedObject, _ new: RenderedObject
    ) -> [Observation] {
        func name(_ container: SheetTree) -> ExactText { (container["name"]?.text ?? "").exact }
        let before = Dictionary(old.containers.map { (name($0), $0) }) { first, _ in first }
        return new.containers.flatMap { container in
            Protection.allCases.filter { protection in
                guard !protection.holds(for: container, in: new.pods), !before.isEmpty else { return false }
                let compared = before[name(container)].map { [$0] } ?? Array(before.values)
                return compared.allSatisfy { protection.holds(for: $0, in: old.pods) }
            }.map { protection in
                let path = "\(name(container).text).securityContext.\(protection.rawValue)"
                return widens(change, at: path, after: nil, protection.loss)
            }
        }
    }

    private enum Protection: String, CaseIterable {
        case runAsNonRoot
        case allowPrivilegeEscalation
        case capabilities = "capabilities.drop"
        case seccompProfile = "seccompProfile.type"

        /// What is possible without it.
        var loss: String {
            switch self {
            case .runAsNonRoot: "it may run as root now"
            case .allowPrivilegeEscalation: "its programs may get more rights than it has"
            case .capabilities: "it keeps rights of root that it had to drop"
            case .seccompProfile: "all calls of the kernel are open to it"
            }
        }

        /// Whether a container has it, by itself or by its pod. What is hidden may be it, so that it is not said to be lost.
        func holds(for container: SheetTree, in pods: SheetTree?) -> Bool {
            let own = container["securityContext"]
            let shared = pods?["securityContext"]
            func holds(_ keys: String..., ofPod: Bool = true, _ isIt: (SheetTree) -> Bool) -> Bool {
                guard let value = own?[keys] ?? (ofPod ? shared?[keys] : nil) else { return false }
                return value.isHidden || isIt(value)
            }
            return switch self {
            case .runAsNonRoot: holds("runAsNonRoot") { $0.isTrue }
            case .allowPrivilegeEscalation:
                holds("allowPrivilegeEscalation", ofPod: false) { $0.field?.shown == "false" }
            case .capabilities: holds("capabilities", "drop", ofPod: false) { $0.texts.contains("ALL") }
            case .seccompProfile: holds("seccompProfile", "type") { $0.text != "Unconfined" }
            }
        }
    }

    // MARK: - Accounts

    private func account(_ change: ObjectChange, _ before: SheetTree, _ after: SheetTree) -> [Observation] {
        func account(_ pods: SheetTree) -> SheetTree? { pods["serviceAccountName"] ?? pods["serviceAccount"] }
        func name(_ pods: SheetTree) -> String { account(pods)?.field?.likeness ?? "default" }
        func hasToken(_ pods: SheetTree) -> Bool { pods["automountServiceAccountToken"]?.field?.shown != "false" }
        var found: [Observation] = []
        if name(after).exact != name(before).exact, account(after)?.text != "default", let field = account(after)?.field
        {
            found.append(
                widens(change, at: field.path, after: field.shown, "it has the rights of another account now"))
        }
        if hasToken(after), !hasToken(before) {
            found.append(
                widens(
                    change, at: "automountServiceAccountToken", after: nil, "it gets a token for the cluster's API"))
        }
        return found
    }
}
