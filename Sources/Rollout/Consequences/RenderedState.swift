import FleetModel
import Texts

/// An object of one state of a release, with what is asked of it.
struct RenderedObject: Sendable {
    let sheet: ObjectSheet
    let tree: SheetTree

    init(_ sheet: ObjectSheet) {
        self.sheet = sheet
        tree = SheetTree(sheet)
    }

    var kind: String { sheet.identity.kind }
    var group: String { sheet.identity.group }
    /// `KIND NAME`.
    var name: String { "\(kind) \(sheet.identity.name)" }

    /// The specification of its pods; nil for what has none.
    var pods: SheetTree? {
        switch kind {
        case "Pod" where group.isEmpty: tree["spec"]
        case "CronJob" where group == "batch": tree["spec", "jobTemplate", "spec", "template", "spec"]
        case "Job" where group == "batch": tree["spec", "template", "spec"]
        case _ where isWorkload: tree["spec", "template", "spec"]
        default: nil
        }
    }

    /// Whether its pods are replaced when their template changes. Source: Kubernetes' pages on workload management.
    var isWorkload: Bool {
        ["Deployment", "StatefulSet", "DaemonSet"].contains(kind) && group == "apps"
    }

    /// The containers of its pods, those that run first among them.
    var containers: [SheetTree] {
        ["containers", "initContainers"].flatMap { pods?[$0]?.members ?? [] }
    }

    /// An annotation tells helm to leave it when it is gone from the chart. Source: helm.sh/docs/howto/charts_tips_and_tricks.
    var isKept: Bool { tree["metadata", "annotations", "helm.sh/resource-policy"]?.text == "keep" }
}

/// What the pods of a workload are for people.
enum PodRole: Sendable {
    case hub, proxy, other
}

/// One state of a release.
struct RenderedState: Sendable {
    let objects: [ObjectPlace: RenderedObject]
    /// The labels that Services for the outside select pods by.
    private let doors: [[String: String]]
    /// The names of what the hub's pods read.
    private let readByHub: Set<ExactText>

    init(_ sheets: [ObjectSheet]) {
        let all = sheets.map(RenderedObject.init)
        objects = Dictionary(all.map { (ObjectPlace($0.sheet), $0) }) { first, _ in first }
        doors = all.filter { $0.kind == "Service" && $0.tree["spec", "type"]?.text == "LoadBalancer" }
            .compactMap { $0.tree["spec", "selector"]?.labels }.filter { !$0.isEmpty }
        let hubs = all.filter { $0.isWorkload && Self.role($0, doors: []) == .hub }
        readByHub = Set(hubs.flatMap(\.sheet.references).map(\.name.exact))
    }

    /// The objects, in a steady order.
    var sorted: [RenderedObject] { objects.sorted { $0.key < $1.key }.map(\.value) }

    var workloads: [RenderedObject] { sorted.filter(\.isWorkload) }

    /// Whether it is a hub's release.
    var hasHub: Bool { workloads.contains { role(of: $0) == .hub } }

    func role(of workload: RenderedObject) -> PodRole { Self.role(workload, doors: doors) }

    /// The label that the upstream chart gives its parts decides; without one what the containers run, and their names.
    private static func role(_ workload: RenderedObject, doors: [[String: String]]) -> PodRole {
        let labels = workload.tree["spec", "template", "metadata", "labels"]?.labels ?? [:]
        let commands = (workload.pods?["containers"]?.members ?? []).flatMap { container in
            (["command", "args"].compactMap { container[$0]?.texts.first })
        }
        if commands.contains(where: { $0.hasSuffix("configurable-http-proxy") }) { return .proxy }
        if doors.contains(where: { door in door.allSatisfy { labels[$0.key] == $0.value } }) { return .proxy }
        switch labels["component"] ?? labels["app.kubernetes.io/component"] {
        case "hub": return .hub
        case "proxy", "autohttps": return .proxy
        case .some: return .other
        case nil: break
        }
        if commands.contains(where: { $0.hasSuffix("jupyterhub") }) || workload.sheet.identity.name == "hub" {
            return .hub
        }
        return workload.sheet.identity.name == "proxy" ? .proxy : .other
    }

    // MARK: - What the hub reads

    /// Whether pods of the hub read a ConfigMap or Secret.
    func isReadByHub(_ object: RenderedObject) -> Bool { readByHub.contains(object.name.exact) }

    /// Whether any pod that this release makes itself reads it. What only servers of users read, nobody here does.
    func isRead(_ object: RenderedObject) -> Bool {
        objects.values.contains { $0.sheet.references.contains { $0.name.exact == object.name.exact } }
    }

    /// The file of the hub's own configuration that the upstream chart writes: the values as the hub's Python reads them.
    static let configurationFile = "values.yaml"

    /// The hub's configuration as its pods read it, wherever the chart stands among others.
    var hubConfiguration: SheetTree? {
        sorted.first { isReadByHub($0) && $0.configuration != nil }?.configuration
    }
}

extension RenderedObject {
    /// The tree of `values.yaml` in a ConfigMap or Secret.
    var configuration: SheetTree? {
        for map in ["data", "stringData"] {
            if let tree = tree[map, RenderedState.configurationFile]?.inside { return tree }
        }
        return nil
    }
}

extension SheetTree {
    /// Labels of an object, or those that select by.
    var labels: [String: String] {
        Dictionary(entries.map { ($0.key.text, $0.tree.text ?? "") }) { first, _ in first }
    }
}

/// Where an object stands: one that becomes a hook is another one.
struct ObjectPlace: Hashable, Comparable {
    let section: KubernetesObject.Section
    let identity: ObjectIdentity

    init(_ sheet: ObjectSheet) {
        section = sheet.section
        identity = sheet.identity
    }

    static func < (left: ObjectPlace, right: ObjectPlace) -> Bool {
        (left.section.rawValue, left.identity) < (right.section.rawValue, right.identity)
    }
}
