import FleetModel
import Texts

/// What pods may do on the machine that they run on, or as root, that they might not before.
struct PodGrants: Sendable {
    let state: StateChange
    let hub: HubChanges

    var observations: [Observation] {
        let pods = state.changes.filter { $0.section != .test && $0.after?.pods != nil }.flatMap { change in
            let known = Set(Self.grants(of: change.predecessor))
            return Self.grants(of: change.after).filter { !known.contains($0) }.map { grant in
                Observation(
                    .permissionsWiden,
                    Consequence.Proof(
                        object: change.name, path: grant.field.path, after: grant.field.shown,
                        isHidden: grant.field.kind == .hidden, note: grant.text, template: change.object?.sheet.template
                    ))
            }
        }
        return pods + servers
    }

    /// What the hub gives to servers of users.
    private var servers: [Observation] {
        hub.configuration.compactMap { change in
            guard let after = change.field.after, HubChanges.isOfServers(change),
                let text = Self.text(of: after, change.steps, isOfServers: true)
            else { return nil }
            return Observation(.permissionsWiden, change.object.proof(change.field, "servers of users: \(text)"))
        }
    }

    private struct Grant: Hashable {
        let field: ObjectField
        let text: String

        static func == (left: Grant, right: Grant) -> Bool { left.key == right.key }
        func hash(into hasher: inout Hasher) { hasher.combine(key) }
        private var key: [String] { [field.path, field.likeness, text] }
    }

    private static func grants(of object: RenderedObject?) -> [Grant] {
        guard let object, let pods = object.pods else { return [] }
        let writable = Set(
            object.containers.flatMap { $0["volumeMounts"]?.members ?? [] }.filter { $0["readOnly"]?.isTrue != true }
                .compactMap { $0["name"]?.text?.exact })
        let volumes = (pods["volumes"]?.members ?? []).compactMap { volume -> Grant? in
            guard let path = volume["hostPath", "path"]?.field else { return nil }
            let isWritten = volume["name"]?.text.map { writable.contains($0.exact) } ?? true
            return Grant(
                field: path,
                text: isWritten ? "it writes to a folder of the machine" : "it reads a folder of the machine")
        }
        return volumes
            + pods.fields.compactMap { field in
                let steps = FieldPath.steps(field.path)
                return steps.contains(.key("hostPath"))
                    ? nil : text(of: field, steps).map { Grant(field: field, text: $0) }
            }
    }

    /// What a field gives a pod; nil where it gives nothing. Source: Kubernetes' pod security standards.
    private static func text(of field: ObjectField, _ steps: [FieldStep], isOfServers: Bool = false) -> String? {
        let keys = steps.compactMap { step in if case .key(let key) = step { key.text } else { nil } }
        let isOn = field.kind == .hidden || field.shown == "true"
        switch keys.last {
        case "privileged" where isOn: return "it may do anything on its machine"
        case "allowPrivilegeEscalation" where isOn, "allow_privilege_escalation" where isOn:
            return "its programs may get more rights than it has"
        case "hostNetwork" where isOn, "hostPID" where isOn, "hostIPC" where isOn:
            return "it shares \(keys.last ?? "") with its machine"
        case "runAsUser" where field.kind == .hidden || field.shown == "0": return "it runs as root"
        case "serviceAccountName" where field.hasAccount, "service_account" where field.hasAccount:
            return isOfServers ? "they have the rights of an account of the cluster" : nil
        case "path" where keys.dropLast().last == "hostPath": return "it has a folder of the machine"
        default: break
        }
        guard let index = keys.lastIndex(of: "capabilities"), index + 1 < keys.count, keys[index + 1] == "add",
            !["[]", "null"].contains(field.shown)
        else { return nil }
        return "it gets a right of root"
    }
}

extension ObjectField {
    /// Whether it names an account that somebody may have given rights; each namespace has one without any.
    fileprivate var hasAccount: Bool { !["null", "\"\"", "default", "\"default\""].contains(shown) }
}
