import Texts

/// The servers of users: their memory and processors, nodes and images, and the page that opens.
package struct ServerFacts: Sendable {
    /// The resources that servers of one choice of users ask for, or all servers.
    package struct Resources: Sendable {
        /// For messages: `singleuser`, or the profile and its choice.
        package let name: String
        package let memoryLimit: Amount?
        package let memoryGuarantee: Amount?
        package let cpuLimit: Amount?
        package let cpuGuarantee: Amount?
        /// The type of node that it asks for.
        package let node: Located<String>?
    }

    /// A number with the text and place that it comes from: bytes, or processors.
    package struct Amount: Sendable {
        package let number: Double
        package let text: String
        package let place: SourceLocation
    }

    /// The amounts that the chart gives to all servers, as they are written.
    package let memoryLimit: Setting<MemoryText>
    package let memoryGuarantee: Setting<MemoryText>
    package let cpuLimit: Setting<Double>
    package let cpuGuarantee: Setting<Double>
    /// The resources of all servers first, then those of each choice.
    package let resources: [Resources]
    /// The images of all servers and of the choices.
    package let images: [ImageFact]
    private let server: Value?
    private let config: Value

    init(_ server: Value?, profiles: ProfileFacts, config: Value) {
        self.server = server
        self.config = config
        let memory = server?["memory"]
        let cpu = server?["cpu"]
        memoryLimit = Setting(memory?["limit"], path: ["singleuser", "memory", "limit"])
        memoryGuarantee = Setting(memory?["guarantee"], path: ["singleuser", "memory", "guarantee"])
        cpuLimit = Setting(cpu?["limit"], path: ["singleuser", "cpu", "limit"])
        cpuGuarantee = Setting(cpu?["guarantee"], path: ["singleuser", "cpu", "guarantee"])
        let chart = [
            "mem_limit": memoryLimit.given, "mem_guarantee": memoryGuarantee.given, "cpu_limit": cpuLimit.given,
            "cpu_guarantee": cpuGuarantee.given, "node_selector": server?["nodeSelector"],
        ].compactMapValues { $0 }
        resources =
            [Resources(ProfileChoice(name: "singleuser", settings: [], undecided: []), over: chart)]
            + profiles.profileChoices.map { Resources($0, over: chart) }
        images = ImageFact.all(server?["image"], overrides: profiles.overrides)
    }

    /// The page that opens when a server is up: the most specific of three settings, as in the JupyterHub chart.
    package var defaultURL: Setting<String> { spawnerSetting("default_url", key: "defaultUrl") }

    /// A setting of the spawner: what `hub.config` says of KubeSpawner wins over what it says of every spawner, and this
    /// over the chart's own key.
    package func spawnerSetting<Wrapped>(_ name: String, key: String? = nil) -> Setting<Wrapped> {
        for section in ["KubeSpawner", "Spawner"] {
            let setting = Setting<Wrapped>(config[section, name], path: ["hub", "config", section, name])
            if setting.given != nil { return setting }
        }
        return Setting(key.flatMap { server?[$0] }, path: ["singleuser", key ?? name])
    }
}

/// An amount of memory as it is written: a number of bytes, or text with a unit.
package struct MemoryText: SettingContent, Equatable {
    package let text: String
    /// The bytes; nil for text that the spawner refuses.
    package let bytes: Double?

    package init?(setting value: Value) {
        switch value.content {
        case .string(let text): self.text = text
        case .integer, .unsigned: text = value.oneLine(limit: 30)
        case .float(let number) where number.isFinite: text = value.oneLine(limit: 30)
        default: return nil
        }
        bytes = ByteSize.jupyterHub(value)
    }
}

/// One choice of users with the settings that decide: the profile's first, then the choice's own over them.
struct ProfileChoice {
    let name: String
    let settings: [Value]
    /// Settings that another option of the profile decides.
    let undecided: Set<ExactText>
}

extension ProfileFacts {
    /// Every profile without options, and every choice of the others.
    fileprivate var profileChoices: [ProfileChoice] {
        profiles.flatMap { profile -> [ProfileChoice] in
            let own = [profile.override].compactMap { $0 }
            let name = profile.name ?? "a profile"
            let keys = profile.options.map { option in
                Set(option.choices.flatMap { ($0.override?.pairs ?? []).map(\.key.exact) })
            }
            let choices = profile.options.enumerated().flatMap { index, option in
                let others = keys.indices.filter { $0 != index }.reduce(into: Set<ExactText>()) {
                    $0.formUnion(keys[$1])
                }
                return option.choices.map { choice in
                    ProfileChoice(
                        name: "\(name): \(choice.key)", settings: own + [choice.override].compactMap { $0 },
                        undecided: others)
                }
            }
            return choices.isEmpty ? [ProfileChoice(name: name, settings: own, undecided: [])] : choices
        }
    }
}

extension ServerFacts.Resources {
    /// - Parameters:
    ///   - choice: what users choose.
    ///   - chart: what the chart gives to all servers, by the names of the spawner's settings.
    fileprivate init(_ choice: ProfileChoice, over chart: [String: Value]) {
        func value(_ key: String) -> Value? {
            let own = choice.settings.reversed().lazy.compactMap { $0[key] }.first
            return own ?? (choice.undecided.contains(key.exact) ? nil : chart[key])
        }
        name = choice.name
        memoryLimit = value("mem_limit").flatMap { ServerFacts.Amount($0, number: ByteSize.jupyterHub($0)) }
        memoryGuarantee = value("mem_guarantee").flatMap { ServerFacts.Amount($0, number: ByteSize.jupyterHub($0)) }
        cpuLimit = value("cpu_limit").flatMap { ServerFacts.Amount($0, number: Double(setting: $0)) }
        cpuGuarantee = value("cpu_guarantee").flatMap { ServerFacts.Amount($0, number: Double(setting: $0)) }
        let type = value("node_selector")?["node.kubernetes.io/instance-type"]
        node = type.flatMap { type in type.string.map { Located($0, at: type.location) } }
    }
}

extension ServerFacts.Amount {
    fileprivate init?(_ value: Value, number: Double?) {
        guard let number else { return nil }
        self.number = number
        text = value.string ?? value.oneLine(limit: 30)
        place = value.location
    }
}
