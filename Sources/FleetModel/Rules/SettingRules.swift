import Texts

/// Rules about what settings below `hub.config` hold: the programs refuse to start with what is none of their types.
enum SettingRules {
    static let rules = [
        Rule(
            "auth/setting-type", .error, "Settings below hub.config hold what JupyterHub takes.",
            because: "JupyterHub, its spawner or the login does not start with a value of another type, or ignores it.",
            .hub(settingType)),
        Rule(
            "auth/setting-partner", .error, "A setting that needs another one has it.",
            because: "The login refuses to start: some of its settings need another one beside them.",
            judging: .absence, .hub(settingPartner)),
        Rule(
            "auth/old-setting", .error, "No setting stands under a name that the login has given up.",
            because: "The login refuses to start with the old name, because the new one means something else.",
            .hub(oldSetting)),
        Rule(
            "auth/unknown-setting", .warning, "Settings below hub.config are settings that their class has.",
            because:
                "JupyterHub silently ignores what it does not know: the name of another program, or of another class.",
            .hub(unknownSetting)),
        Rule(
            "auth/misplaced-class", .error, "Each class stands right below hub.config.",
            because: "JupyterHub ignores a class that stands a level too deep or too high, with all that it sets.",
            .hub(misplacedClass)),
        Rule(
            "auth/no-login", .error, "The login is not taken away.",
            because:
                "A null takes the chart's login away, and JupyterHub then asks its own machine for users: there are none.",
            .hub(noLogin)),
    ]

    /// A setting that has an effect, with what is known of it.
    private struct Used {
        let section: String
        let name: String
        let place: SourceLocation
        let value: Value
        let known: SettingTable.Setting
    }

    private static func settings(of hub: HubFacts) -> [Used] {
        hub.login.config.pairs.filter { hub.login.reads(section: $0.key) }.flatMap { section, _, settings -> [Used] in
            settings.pairs.compactMap { name, place, value -> Used? in
                hub.login.definition(of: name, in: section).map {
                    Used(section: section, name: name, place: place, value: value, known: $0)
                }
            }
        }
    }

    private static func settingType(_ hub: HubFacts) -> [Rule.Fault] {
        settings(of: hub).flatMap { used in
            used.known.kind.mismatches(in: used.value).map { $0.fault(in: "\(used.section).\(used.name)") }
        }
    }

    private static func settingPartner(_ hub: HubFacts) -> [Rule.Fault] {
        settings(of: hub).compactMap { used -> Rule.Fault? in
            guard let partner = used.known.partner, used.value.ifSet != nil, used.value.flag != false,
                hub.login.given(partner).map({ $0.flag == false }) ?? true, !hub.login.isAssigned(partner)
            else { return nil }
            return Rule.Fault(
                "\(used.section).\(used.name) needs \(partner), which is not on",
                advice: "set \(partner): true beside it", at: used.place,
                related: [hub.login.given(partner)?.location].compactMap { $0 })
        }
    }

    private static func oldSetting(_ hub: HubFacts) -> [Rule.Fault] {
        settings(of: hub).compactMap { used -> Rule.Fault? in
            guard let successor = used.known.successor, used.value.ifSet != nil, used.value.flag != false else {
                return nil
            }
            return Rule.Fault(
                "\(used.section) no longer takes \(used.name)",
                advice: "write \(successor), which says the same in another form", at: used.place)
        }
    }

    private static func unknownSetting(_ hub: HubFacts) -> [Rule.Fault] {
        hub.login.config.pairs.filter { hub.login.reads(section: $0.key) }.flatMap {
            section, _, settings -> [Rule.Fault] in
            guard let known = JupyterHubNames.settings(of: section) else { return [] }
            return settings.pairs.compactMap { name, place, value in
                guard hub.login.definition(of: name, in: section) == nil, !JupyterHubNames.classNames.contains(name),
                    !hub.code.contains(name), !isMisspelt(name, among: known), !value.isNull
                else { return nil }
                return Rule.Fault(
                    "\(section.printable) has no setting \(name.printable), so it is ignored",
                    advice: owner(of: name).map { "\($0) has one" } ?? "take it out", at: place)
            }
        }
    }

    /// Whether `auth/setting-name` says so already.
    private static func isMisspelt(_ name: String, among known: Set<String>) -> Bool {
        LoginSettingsRules.suggestion(for: name, among: known) != nil
    }

    private static func owner(of setting: String) -> String? {
        SettingTable.packaged.classes.filter { $0.value[setting] != nil }.keys.sorted().first
    }

    private static func misplacedClass(_ hub: HubFacts) -> [Rule.Fault] {
        let jupyterhub = hub.values.jupyterhub
        let tooHigh = [(jupyterhub["hub"], "hub"), (jupyterhub, "the chart's values")].flatMap { value, above in
            (value?.pairs ?? []).compactMap { name, place, _ in
                fault(name, "stands in \(above)", at: place)
            }
        }
        let tooDeep = hub.login.config.pairs.flatMap { section, _, settings in
            settings.pairs.compactMap { name, place, value in
                value.map == nil ? nil : fault(name, "stands inside of \(section.printable)", at: place)
            }
        }
        return tooHigh + tooDeep
    }

    private static func fault(_ name: String, _ what: String, at place: SourceLocation) -> Rule.Fault? {
        guard JupyterHubNames.classNames.contains(name) else { return nil }
        return Rule.Fault(
            "the class \(name) \(what), so all below it is ignored", advice: "move it to hub.config.\(name)", at: place)
    }

    private static func noLogin(_ hub: HubFacts) -> [Rule.Fault] {
        let path = hub.values.prefix + ["hub", "config", "JupyterHub", "authenticator_class"]
        guard hub.login.name.given == nil, !hub.isLocal, !hub.code.assignsLogin,
            let null = hub.effective.null(at: hub.effective.hubPath + path)
        else { return [] }
        return [
            Rule.Fault(
                "the null takes the login of \(null.removed) away, so nobody can log in",
                advice: "name a login, or take the line out", at: null.place, related: [null.removed])
        ]
    }
}

extension SettingKind.Mismatch {
    /// What to say of it, under the name of what the value is.
    func fault(in name: String) -> Rule.Fault {
        Rule.Fault("\(name.printable) takes \(wanted), not \(value.kind)", advice: advice, at: value.location)
    }

    /// What most people meant who wrote such a value.
    private var advice: String? {
        switch value.content {
        case .bool where wanted.contains("text"):
            "put it in quotes; without them YAML reads yes, no, on and off as true and false"
        case .integer, .unsigned, .float:
            wanted.contains("text") ? "put it in quotes" : wanted.hasPrefix("a list") ? "write [ ] around it" : nil
        case .string(let text):
            if ["true", "false", "yes", "no", "on", "off"].contains(text.lowercased()), wanted.contains("true") {
                "write it without quotes"
            } else if Double(text) != nil, wanted.contains("number") {
                "write it without quotes"
            } else if wanted.hasPrefix("a list") {
                "write it as an item of a list, such as [name]"
            } else {
                nil
            }
        case .map: wanted.hasPrefix("a list") ? "write a list, with a dash before each entry" : nil
        case .list: wanted.hasPrefix("a map") ? "write a map from each name to its settings" : nil
        default: nil
        }
    }
}

extension EffectiveValues {
    /// The null that removed a value of weaker layers, and where that one stood; nil when the last word is no null.
    package func null(at path: [String]) -> (place: SourceLocation, removed: SourceLocation)? {
        let all = layers
        for index in all.indices.reversed() {
            guard let (value, place) = all[index].values.entry(at: path) else { continue }
            guard value.isNull else { return nil }
            let removed = all[..<index].reversed().lazy.compactMap { layer -> SourceLocation? in
                layer.values.entry(at: path).flatMap { $0.value.isNull ? nil : $0.value.location }
            }.first
            return removed.map { (place, $0) }
        }
        return nil
    }
}

extension Value {
    /// The value at a path with the place of its key; nil where there is none, not even a null above it.
    fileprivate func entry(at path: [String]) -> (value: Value, place: SourceLocation)? {
        var value = self
        var place = location
        for key in path {
            if value.isNull { return (value, place) }
            guard let entry = value.map?.entry(key) else { return nil }
            (value, place) = (entry.value, entry.keyLocation)
        }
        return (value, place)
    }
}
