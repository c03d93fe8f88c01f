import FleetModel
import Texts

/// A field of the hub's own configuration that differs, with its path in there.
struct ConfigurationChange: Sendable {
    let field: FieldDifference
    /// Behind `data["values.yaml"]:`.
    let steps: [FieldStep]
    let object: ObjectChange

    /// The keys that it begins with.
    var keys: [String] {
        steps.prefix { if case .key = $0 { true } else { false } }.map {
            if case .key(let key) = $0 { key.text } else { "" }
        }
    }

    func isBelow(_ path: String...) -> Bool { keys.starts(with: path) }

    /// The path as one text, for looking it up.
    var path: String { field.path }
}

/// What changes of what the hub reads when it starts: its log-ins, its version, its code, and what it makes servers of.
struct HubChanges: Sendable {
    let state: StateChange
    let configuration: [ConfigurationChange]

    init(_ state: StateChange) {
        self.state = state
        configuration = state.changes.filter { change in
            change.before != nil && change.after.map(state.after.isReadByHub) == true
        }.flatMap { change in
            change.fields.compactMap { field -> ConfigurationChange? in
                let steps = field.steps
                guard steps.count > 2, steps[1] == .key(RenderedState.configurationFile.exact), steps[2] == .inside
                else {
                    return nil
                }
                return ConfigurationChange(field: field, steps: Array(steps.dropFirst(3)), object: change)
            }
        }
    }

    var observations: [Observation] { cookies + versions + code + servers }

    // MARK: - Cookies

    /// JupyterHub signs its cookies with this. Sources: its `JupyterHub.cookie_secret`; the upstream chart's Secret, whose
    /// key has this end, and its own variable.
    private var cookies: [Observation] {
        let variable = Self.variable
        let read = cookieKeys
        return state.changes.filter { $0.before != nil && $0.after != nil }.flatMap { change -> [Observation] in
            let isHub = change.after.map { $0.isWorkload && state.after.role(of: $0) == .hub } == true
            let isRead = change.after.map(state.after.isReadByHub) == true
            return change.fields.filter { field in
                if isHub { return field.path.contains("env[name=\(variable)].") }
                guard isRead, case .key(let key)? = field.steps.dropFirst().first, field.steps.count == 2 else {
                    return false
                }
                let isSecret =
                    key.hasSuffix("JupyterHub.cookie_secret".exact) || read.contains("\(change.name)\0\(key)".exact)
                return isSecret && !field.isFormAlone
            }.map { Observation(.loggedOut, change.proof($0, "cookies of before are no longer valid")) }
        }
    }

    private static let variable = "JPY_COOKIE_SECRET"

    /// The keys of Secrets that the variable is read from: the object, and its key.
    private var cookieKeys: Set<ExactText> {
        let hubs = state.after.workloads.filter { state.after.role(of: $0) == .hub }
        let variables = hubs.flatMap(\.containers).flatMap { $0["env"]?.members ?? [] }
        let sources = variables.filter { $0["name"]?.text == Self.variable }.compactMap {
            $0["valueFrom", "secretKeyRef"]
        }
        return Set(sources.map { "Secret \($0["name"]?.text ?? "")\0\($0["key"]?.text ?? "")".exact })
    }

    // MARK: - The version

    /// The hub's image holds JupyterHub: another image may hold another one, which changes the database.
    private var versions: [Observation] {
        let version = configuration.first { $0.keys == ["Chart", "AppVersion"] }.map { change in
            "JupyterHub \(change.field.before?.shown ?? "") → \(change.field.after?.shown ?? "")"
        }
        return state.after.workloads.filter { state.after.role(of: $0) == .hub }.flatMap { hub -> [Observation] in
            let change = state.changes.first { $0.place == ObjectPlace(hub.sheet) }
            return (change?.fields ?? []).compactMap { field in
                guard let container = Self.container(of: field), isOfHub(container, in: hub), let change else {
                    return nil
                }
                return Observation(
                    .oneWay,
                    change.proof(
                        field,
                        "\(version ?? "it may hold another JupyterHub"): the database is migrated when the hub starts, and "
                            + "an older one cannot read it"))
            }
        }
    }

    /// The container whose image a field is.
    private static func container(of field: FieldDifference) -> String? {
        let prefix = "spec.template.spec.containers[name="
        guard let rest = field.path.exact.without(prefix: prefix.exact)?.text, rest.hasSuffix("].image") else {
            return nil
        }
        return String(rest.dropLast("].image".count))
    }

    private func isOfHub(_ container: String, in workload: RenderedObject) -> Bool {
        let containers = workload.pods?["containers"]?.members ?? []
        if container == "hub" || containers.count == 1 { return true }
        let own = containers.first { $0["name"]?.text == container }
        return ["command", "args"].contains { own?[$0]?.texts.first?.hasSuffix("jupyterhub") == true }
    }

    // MARK: - Code

    /// Python that the hub runs may do anything.
    private var code: [Observation] {
        let own = configuration.filter { $0.isBelow("hub", "extraConfig") }.map { ($0.object, $0.field) }
        let files = state.changes.filter { $0.after.map(state.after.isReadByHub) == true }.flatMap { change in
            change.fields.filter { field in
                guard field.steps.count == 2, case .key(let key) = field.steps[1] else { return false }
                return key.hasSuffix(".py".exact)
            }.map { (change, $0) }
        }
        return (own + files).map { change, field in
            Observation(.unknown, change.proof(field, "it is code that the hub runs; what it does is not looked into"))
        }
    }

    // MARK: - Servers of users

    /// The parts of the configuration that the hub makes servers of. Source: `jupyterhub_config.py` of the upstream chart
    /// 4.3.3, and `custom` of this project's.
    private static let parts = [
        ["singleuser"], ["scheduling", "userPods"], ["scheduling", "userScheduler"], ["scheduling", "podPriority"],
        ["imagePullSecret"], ["imagePullSecrets"], ["custom", "singleuser"], ["custom", "singleuserAdmin"],
        ["custom", "blockNfsAccess"],
    ]
    /// Those that templates alone read.
    private static let others = [["singleuser", "networkPolicy"]]

    private var servers: [Observation] {
        configuration.filter(Self.isOfServers).map { change in
            Observation(.nextStart, change.object.proof(change.field))
        } + unread
    }

    /// Whether it is of what the hub makes servers of.
    static func isOfServers(_ change: ConfigurationChange) -> Bool {
        if others.contains(where: change.keys.starts) { return false }
        let isSpawner =
            change.isBelow("hub", "config") && change.keys.count > 2 && change.keys[2].hasSuffix("Spawner")
        return isSpawner || parts.contains { change.keys.starts(with: $0) }
    }

    /// What no pod of the release reads, and a hub is there: it is for servers of users.
    private var unread: [Observation] {
        guard state.after.hasHub else { return [] }
        return state.changes.filter { $0.isApplied }.flatMap { change -> [Observation] in
            guard let object = change.after, change.before != nil else { return [] }
            let fields: [FieldDifference] =
                switch change.kind {
                case "ConfigMap", "Secret":
                    state.after.isRead(object)
                        ? [] : ["data", "stringData", "binaryData"].flatMap { change.fields(below: $0) }
                case "ServiceAccount":
                    isUsed(object) ? [] : change.fields.filter { !$0.isBelow("metadata.labels") }
                default: []
                }
            return fields.map { Observation(.nextStart, change.proof($0)) }
        }
    }

    private func isUsed(_ account: RenderedObject) -> Bool {
        state.after.sorted.contains { $0.pods?["serviceAccountName"]?.text == account.sheet.identity.name }
    }
}
