import Texts

/// Rules about what Kubernetes takes as text alone.
enum ServerRules {
    static let rules = [
        Rule(
            "servers/text-value", .error, "Variables, labels and annotations are text.",
            because: "Kubernetes takes nothing else: no server starts, or the hub is not installed.", .hub(textValue))
    ]

    /// The keys of the JupyterHub chart, and what their values may be. A variable may also be a map, such as one with
    /// `valueFrom`. Sources: the templates of the chart 4.3, and kubespawner 7.
    private static let keys: [(path: [String], kind: SettingKind)] = [
        (["singleuser", "extraEnv"], .map(.either([.text, .map(.any)]))),
        (["custom", "singleuserAdmin", "extraEnv"], .map(.either([.text, .map(.any)]))),
        (["hub", "extraEnv"], .map(.either([.text, .map(.any)]))),
        (["singleuser", "extraLabels"], .map(.text)), (["singleuser", "extraAnnotations"], .map(.text)),
        (["singleuser", "nodeSelector"], .map(.text)), (["hub", "labels"], .map(.text)),
        (["hub", "annotations"], .map(.text)), (["hub", "nodeSelector"], .map(.text)),
    ]

    private static func textValue(_ hub: HubFacts) -> [Rule.Fault] {
        keys.flatMap { path, kind -> [Rule.Fault] in
            guard let value = hub.values.jupyterhub[path: path], value.map != nil else { return [] }
            return value.pairs.flatMap { name, _, part in
                kind.inside.mismatches(in: part).map { $0.fault(in: "\(path.joined(separator: ".")).\(name)") }
            }
        }
    }
}

extension SettingKind {
    /// What the entries of a map may be.
    fileprivate var inside: SettingKind {
        if case .map(let inner) = self { inner } else { .any }
    }
}
