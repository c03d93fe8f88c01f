import Texts

/// A place of an object that names another one.
package struct ObjectUse: Sendable {
    /// The kind of what is named.
    let kind: String
    let name: String
    /// The key of it that is needed; nil when all of it is, or any.
    var key: String?
    /// Leads to the name.
    let path: ValuePath
    /// Leads to the key.
    var keyPath: ValuePath?

    /// All that a pod names and cannot do without.
    static func all(of pod: PodTemplate) -> [ObjectUse] {
        volumes(of: pod) + pod.containers.flatMap(variables) + account(of: pod)
    }

    // MARK: - Volumes

    private static func volumes(of pod: PodTemplate) -> [ObjectUse] {
        pod.volumes.flatMap { path, volume -> [ObjectUse] in
            let projected = (volume["projected", "sources"]?.list ?? []).enumerated().flatMap { index, source in
                let below = path.appending(keys: "projected", "sources").appending(.index(index))
                return files(source["configMap"], "ConfigMap", at: below.appending(keys: "configMap"), name: "name")
                    + files(source["secret"], "Secret", at: below.appending(keys: "secret"), name: "name")
            }
            return files(volume["configMap"], "ConfigMap", at: path.appending(keys: "configMap"), name: "name")
                + files(volume["secret"], "Secret", at: path.appending(keys: "secret"), name: "secretName")
                + claim(volume["persistentVolumeClaim"], at: path.appending(keys: "persistentVolumeClaim"))
                + projected
        }
    }

    private static func files(_ source: Value?, _ kind: String, at path: ValuePath, name key: String) -> [ObjectUse] {
        guard let source, source["optional"]?.bool != true, let name = source[key]?.string, !name.isEmpty else {
            return []
        }
        let place = path.appending(.key(key))
        let items = (source["items"]?.list ?? []).enumerated().compactMap { index, item -> ObjectUse? in
            guard let wanted = item["key"]?.string else { return nil }
            let keyPath = path.appending(.key("items")).appending(.index(index)).appending(.key("key"))
            return ObjectUse(kind: kind, name: name, key: wanted, path: place, keyPath: keyPath)
        }
        return items.isEmpty ? [ObjectUse(kind: kind, name: name, path: place)] : items
    }

    private static func claim(_ source: Value?, at path: ValuePath) -> [ObjectUse] {
        guard let name = source?["claimName"]?.string, !name.isEmpty else { return [] }
        return [ObjectUse(kind: "PersistentVolumeClaim", name: name, path: path.appending(.key("claimName")))]
    }

    // MARK: - Variables

    private static let sources = [
        ("configMapKeyRef", "configMapRef", "ConfigMap"), ("secretKeyRef", "secretRef", "Secret"),
    ]

    private static func variables(of container: PodContainer) -> [ObjectUse] {
        let single = (container.body["env"]?.list ?? []).enumerated().flatMap { index, variable in
            sources.compactMap { reference, _, kind -> ObjectUse? in
                let path = container.path.appending(.key("env")).appending(.index(index))
                    .appending(keys: "valueFrom", reference)
                guard let source = variable["valueFrom", reference], source["optional"]?.bool != true,
                    let name = source["name"]?.string, let key = source["key"]?.string
                else { return nil }
                return ObjectUse(
                    kind: kind, name: name, key: key, path: path.appending(.key("name")),
                    keyPath: path.appending(.key("key")))
            }
        }
        let whole = (container.body["envFrom"]?.list ?? []).enumerated().flatMap { index, source in
            sources.compactMap { _, reference, kind -> ObjectUse? in
                guard let part = source[reference], part["optional"]?.bool != true, let name = part["name"]?.string
                else { return nil }
                let path = container.path.appending(.key("envFrom")).appending(.index(index))
                return ObjectUse(kind: kind, name: name, path: path.appending(keys: reference, "name"))
            }
        }
        return single + whole
    }

    private static func account(of pod: PodTemplate) -> [ObjectUse] {
        for key in ["serviceAccountName", "serviceAccount"] {
            if let name = pod.spec?[key]?.string, !name.isEmpty {
                return [ObjectUse(kind: "ServiceAccount", name: name, path: pod.specPath.appending(.key(key)))]
            }
        }
        return []
    }
}
