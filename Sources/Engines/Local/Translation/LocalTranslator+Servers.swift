import FleetModel
import Foundation
import Texts

extension LocalTranslator {
    /// Settings that KubeSpawner shares with every spawner, by their name in the configuration.
    private static let sharedSpawnerSettings = [
        "consecutive_failure_limit", "debug", "default_url", "disable_user_config", "http_timeout",
        "poll_interval", "start_timeout",
    ]

    mutating func addServers() {
        begin("What a server gets")
        set("c.JupyterHub.spawner_class", .expression("LocalSpawner"), from: "processes of this machine")
        set("c.LocalSpawner.homes_folder", .string(context.folder.homes), from: "the hub's folder")
        set(
            "c.LocalSpawner.separate_accounts", .bool(context.separateAccounts),
            from: context.separateAccounts ? "hubfleet runs as root: one account per user" : "all servers run as you")
        if context.separateAccounts {
            let group = context.folder.administratorsGroup
            set(
                "c.LocalSpawner.administrators_group", .integer(group),
                from: "numbers of this hub's accounts start here")
        }
        set(
            "c.Spawner.cmd", .list([.expression("str(Path(sys.executable).with_name(\"jupyterhub-singleuser\"))")]),
            from: "the Python environment of this hub")
        carryServerSettings()
        addResources()
        addFiles()
        addEnvironment()
    }

    private mutating func carryServerSettings() {
        if facts.servers.defaultURL.given == nil {
            set("c.Spawner.default_url", .string("/lab"), from: "unless the values say otherwise")
        }
        carry("singleuser", "defaultUrl", to: "c.Spawner.default_url")
        carry("singleuser", "startTimeout", to: "c.Spawner.start_timeout")
        carry("hub", "consecutiveFailureLimit", to: "c.Spawner.consecutive_failure_limit")
        // The last line counts, and here there is one class of servers: what is said of KubeSpawner wins.
        for name in Self.sharedSpawnerSettings {
            carry("hub", "config", "Spawner", name, to: "c.Spawner.\(name)")
            carry("hub", "config", "KubeSpawner", name, to: "c.Spawner.\(name)")
        }
    }

    /// Sizes reach the server as variables (`MEM_LIMIT`); nothing on one machine enforces them.
    private mutating func addResources() {
        let servers = facts.servers
        let places = [
            addSize(servers.memoryLimit, to: "mem_limit"), addSize(servers.memoryGuarantee, to: "mem_guarantee"),
            addSize(servers.cpuLimit, to: "cpu_limit"), addSize(servers.cpuGuarantee, to: "cpu_guarantee"),
        ]
        if let place = places.compactMap({ $0 }).last {
            limit("memory and CPU limits", "told to servers in MEM_LIMIT …, not enforced", at: place)
        }
    }

    /// - Returns: where the size is set; nil without one.
    private mutating func addSize<Amount>(_ amount: Setting<Amount>, to name: String) -> SourceLocation? {
        guard let value = take(amount).given, let literal = PythonLiteral(value) else { return nil }
        guard !amount.isUnreadable else {
            limit(amount.path.joined(separator: "."), "it must be an amount, not \(value.kind)", at: value.location)
            return nil
        }
        // No spawner knows `1Gi`; a hub that is only looked at starts all the same.
        let text = value.string.map { $0.hasSuffix("i") ? String($0.dropLast()) : $0 }
        set("c.Spawner.\(name)", text.map { .string($0) } ?? literal, from: "\(value.location)")
        return value.location
    }

    private mutating func addEnvironment() {
        var pairs: [(key: String, value: PythonLiteral)] = []
        var places: [SourceLocation] = []
        for (name, value) in takeMap("singleuser", "extraEnv") {
            guard name.isVariableName, !Self.ownVariables.contains(name) else {
                limit("variable \(name.printable)", "it cannot be set here", at: value.location)
                continue
            }
            if let text = (value["value"] ?? value).scalarText, !text.utf8.contains(0) {
                pairs.append((name, .string(text)))
                places.append(value.location)
            } else {
                limit("variable \(name)", "it is read from a Kubernetes object", at: value.location)
            }
        }
        let folder = context.folder
        let mark = (key: HubFolder.markVariable, value: PythonLiteral.string(folder.root))
        let own: [(key: String, value: PythonLiteral)] =
            settings.files.isEmpty
            ? [mark]
            : [
                mark, ("JUPYTER_CONFIG_PATH", .string(context.revision.files + "/etc/jupyter")),
                ("JUPYTER_PATH", .string(context.revision.files + "/share/jupyter")),
            ]
        let files = Set(places.map(\.file.exact)).sorted().map(\.text).joined(separator: ", ")
        set("c.Spawner.environment", .dictionary(own + pairs), from: files.isEmpty ? "hubfleet" : "hubfleet, \(files)")
    }

    /// Files for Jupyter's configuration and data folders; a hub on one machine has its own such folders.
    private mutating func addFiles() {
        let folders = [
            ("/usr/local/etc/jupyter/", "etc/jupyter/"), ("/etc/jupyter/", "etc/jupyter/"),
            ("/opt/conda/etc/jupyter/", "etc/jupyter/"), ("/usr/local/share/jupyter/", "share/jupyter/"),
            ("/usr/share/jupyter/", "share/jupyter/"), ("/opt/conda/share/jupyter/", "share/jupyter/"),
        ]
        for (name, file) in takeMap("singleuser", "extraFiles") {
            let target = file["mountPath"]?.string ?? ""
            let folder = folders.first { target.exact.hasPrefix($0.0.exact) }
            let rest = folder.flatMap { target.exact.without(prefix: $0.0.exact) } ?? ""
            let isPlain = rest.split(at: "/").allSatisfy {
                !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 200
            }
            guard let folder, isPlain, target.exact == target.printable.exact, let text = fileText(file, target: target)
            else {
                let shown = (target.isEmpty ? name : target).printable
                limit("file \(shown)", "it belongs into a container image", at: file.location)
                continue
            }
            settings.files.append(LocalSettings.File(path: folder.1 + rest.text, text: text))
        }
    }

    private func fileText(_ file: Value, target: String) -> String? {
        if let text = file["stringData"]?.string { return text }
        guard let data = file["data"], target.exact.hasSuffix(".json") || target.exact.hasSuffix(".yaml") else {
            return nil
        }
        // JSON is YAML too. Databases in /tmp would be shared by all users of this machine, so those keys stay out.
        return data.removing { $0.string?.hasPrefix("/tmp/") == true }.map { JSONText.of($0) }
    }

    /// Variables that Hubfleet sets itself.
    private static let ownVariables: Set<String> = [HubFolder.markVariable, "JUPYTER_CONFIG_PATH", "JUPYTER_PATH"]
}

extension Value {
    /// The tree without the values that match; nil when this is one of them.
    fileprivate func removing(_ matches: (Value) -> Bool) -> Value? {
        guard !matches(self) else { return nil }
        guard let map else { return self }
        var result = ValueMap()
        for key in map.keys {
            if let entry = map.entry(key), let value = entry.value.removing(matches) {
                result.set(key, to: value, keyLocation: entry.keyLocation)
            }
        }
        return Value(.map(result), at: location)
    }
}

extension String {
    /// Whether it can be the name of an environment variable.
    fileprivate var isVariableName: Bool {
        guard let first = utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
        return allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
}
