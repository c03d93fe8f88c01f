/// The settings that JupyterHub, its spawner, its logins and its culler have, by class.
///
/// Source: the packages of the hub's image, through `scripts/hub-settings`. A class that is not here is not judged.
struct SettingTable: Sendable {
    struct Setting: Sendable {
        let kind: SettingKind
        /// The setting that it refuses to be set without.
        let partner: String?
        /// What to set in its place, when the class refuses this old name.
        let successor: String?
    }

    /// All settings of each class, with those that it inherits.
    private(set) var classes: [String: [String: Setting]] = [:]
    /// The classes that each class is made from, the nearest first.
    private(set) var ancestors: [String: [String]] = [:]
    /// The classes of logins by their short names.
    private(set) var logins: [String: String] = [:]
    /// The scopes that roles can give, without their filters.
    private(set) var scopes: Set<String> = []
    /// What a profile can set on the spawner beside its settings.
    private(set) var attributes: Set<String> = []

    static let packaged = SettingTable(EmbeddedFiles.all["settings/hub-settings.txt"] ?? "")

    private init(_ text: String) {
        var own: [String: [String: Setting]] = [:]
        var current = ""
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count >= 2 else { continue }
            // What is indented is a setting of the class above it, whatever it is called.
            switch line.hasPrefix(" ") ? "" : words[0] {
            case "#": continue
            case "class":
                current = words[1]
                own[current] = [:]
                ancestors[current] = Array(words.dropFirst(2))
            case "login": logins[words[1]] = words.last
            case "scope": scopes.insert(words[1])
            case "attribute": attributes.insert(words[1])
            default: own[current]?[words[0]] = Setting(words)
            }
        }
        addTwins(of: &own)
        for (name, settings) in own {
            classes[name] = (ancestors[name] ?? []).reduce(settings) { known, ancestor in
                known.merging(own[ancestor] ?? [:]) { nearer, _ in nearer }
            }
        }
    }

    /// Each of the OAuth logins has a twin that makes users of the machine too.
    private mutating func addTwins(of own: inout [String: [String: Setting]]) {
        for (name, parents) in ancestors where parents.contains("OAuthenticator") {
            own["Local" + name] = [:]
            ancestors["Local" + name] = ["LocalAuthenticator", name] + parents
        }
    }
}

extension SettingTable.Setting {
    /// `NAME KIND [needs SETTING] [removed SETTING]`.
    fileprivate init(_ words: [String]) {
        func after(_ word: String) -> String? {
            words.firstIndex(of: word).flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
        }
        kind = SettingKind(words[1])
        partner = after("needs")
        successor = after("removed")
    }
}
