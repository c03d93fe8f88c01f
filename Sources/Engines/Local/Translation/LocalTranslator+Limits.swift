import FleetModel
import Texts

/// What one machine cannot do, by the keys that ask for it.
private struct Topic {
    let what: String
    let why: String
    /// Paths below the values of the JupyterHub chart; those that start with `/` below the whole values.
    let paths: [String]
}

private let topics = [
    Topic(
        what: "container images", why: "one Python environment for all servers",
        paths: ["singleuser.image", "singleuser.cmd", "hub.image", "imagePullSecret", "imagePullSecrets", "prePuller"]),
    Topic(
        what: "nodes: types, selectors, placeholders", why: "there is one machine",
        paths: [
            "singleuser.nodeSelector", "singleuser.extraTolerations", "singleuser.extraNodeAffinity", "scheduling",
            "hub.nodeSelector", "hub.tolerations", "/nodePlaceholder",
        ]),
    Topic(
        what: "network policies, ingress, certificates", why: "the hub listens on this machine alone",
        paths: [
            "singleuser.networkPolicy", "singleuser.cloudMetadata", "hub.networkPolicy", "hub.service", "ingress",
            "proxy", "/egress", "/ingressController",
        ]),
    Topic(
        what: "volumes, home storage with quotas", why: "homes are folders of this machine",
        paths: [
            "singleuser.storage", "/nfs", "/homeStorageClass", "/inClusterNFS", "/jupyterhub-home-nfs",
            "custom.singleuser.extraPVCs",
        ]),
    Topic(
        what: "Python and files of the hub's pod", why: "written for Kubernetes; not run",
        paths: ["hub.extraConfig", "hub.extraFiles", "hub.extraEnv", "custom"]),
    Topic(
        what: "containers, service accounts", why: "servers are processes",
        paths: [
            "hub.initContainers", "hub.extraContainers", "hub.extraVolumes", "hub.extraVolumeMounts", "hub.resources",
            "hub.db", "hub.deploymentStrategy", "hub.command", "hub.args", "hub.containerSecurityContext",
            "hub.podSecurityContext", "hub.serviceAccount", "hub.extraPodSpec", "rbac", "singleuser.initContainers",
            "singleuser.extraContainers", "singleuser.serviceAccountName", "singleuser.lifecycleHooks",
            "singleuser.extraLabels", "singleuser.extraAnnotations", "singleuser.uid", "singleuser.fsGid",
            "singleuser.allowPrivilegeEscalation", "singleuser.extraPodConfig", "singleuser.extraResource",
            "/userServiceAccount", "/global", "/images", "hub.annotations", "hub.labels",
        ]),
    Topic(
        what: "other settings below hub.config", why: "their classes are not used here",
        paths: ["hub.config"]),
    Topic(
        what: "other settings of the downloads of homes", why: "the service runs beside the hub",
        paths: ["/homeDownload"]),
    Topic(what: "Dask Gateway", why: "it needs Kubernetes", paths: ["/dask-gateway", "/daskWorkers"]),
    Topic(what: "building images (BinderHub)", why: "it needs Kubernetes", paths: ["/binderhub-service"]),
    Topic(what: "export of group metrics", why: "there is no monitoring here", paths: ["/jupyterhub-groups-exporter"]),
]

extension LocalTranslator {
    /// Adds a row for each topic that the values ask for, one for secrets, one for keys that nobody knows.
    mutating func reportLimits(secrets: [(path: String, location: SourceLocation)]) {
        let prefix = facts.values.prefix
        var rest: [(path: String, location: SourceLocation)] = []
        collectUnused(facts.values.chart, path: [], prefix: prefix, into: &rest)
        for topic in topics {
            let paths = topic.paths.map { path in
                path.hasPrefix("/") ? String(path.dropFirst()) : (prefix + [path]).joined(separator: ".")
            }
            let mine = rest.filter { leaf in
                paths.contains { leaf.path.exact == $0.exact || leaf.path.exact.hasPrefix("\($0).".exact) }
            }
            rest.removeAll { leaf in mine.contains { $0.path.exact == leaf.path.exact } }
            // The hub's own files matter more to the reader than the chart's defaults.
            let place = mine.first { !$0.location.file.hasPrefix(Charts.folder + "/") } ?? mine.first
            if let place { limit(topic.what, topic.why, at: place.location) }
        }
        for leaf in rest { limit(leaf.path, "not known to the local engine", at: leaf.location) }
        if !secrets.isEmpty {
            limit(
                "\(secrets.count) secret value\(secrets.count == 1 ? "" : "s")", "never written to this machine",
                at: secrets.first?.location)
        }
        for layer in facts.effective.locked {
            let place = SourceLocation(file: layer.file)
            limit("values of an encrypted file", "not decrypted: \(layer.locked ?? "")", at: place)
        }
    }

    /// The leaves of the tree that were not carried over; empty ones and what is switched off are left out.
    private func collectUnused(
        _ value: Value, path: [String], prefix: [String], into rest: inout [(path: String, location: SourceLocation)]
    ) {
        // Above the chart's own part, and read as a fact.
        if path == facts.storage.homeDownload.path { return }
        let own = path.starts(with: prefix) ? Array(path.dropFirst(prefix.count)) : nil
        if let own, isUsed(own) { return }
        switch value.content {
        case .null: return
        case .map(let map) where map["enabled"]?.bool == false: return
        case .map(let map):
            for (key, child) in map { collectUnused(child, path: path + [key], prefix: prefix, into: &rest) }
        case .list(let list) where list.isEmpty: return
        case .string(""): return
        default: rest.append((path.joined(separator: "."), value.location))
        }
    }
}
