import Texts

/// Rules about what profiles hold, key by key.
enum ProfileKindRules {
    static let rules = [
        Rule(
            "profiles/value-type", .error, "Each key of a profile holds what the spawner and the chart read.",
            because:
                "The page to start a server fails, or a restriction lets in the wrong people: a text is read letter by "
                + "letter where a list is wanted.",
            .hub(valueType)),
        Rule(
            "profiles/override-type", .error, "kubespawner_override sets each setting to what it takes.",
            because: "The spawner refuses the value, so nobody can start this choice.", .hub(overrideType)),
    ]

    // MARK: - The keys of profiles

    private static let common: [String: SettingKind] = [
        "display_name": .text, "description": .text, "default": .bool, "slug": .text, "allowed_groups": .list(.text),
        "kubespawner_override": .map(.any),
    ]
    private static let profile = common.merging(["profile_options": .map(.map(.any))]) { own, _ in own }
    private static let option = common.merging(
        ["choices": .map(.map(.any)), "unlisted_choice": .map(.any), "dynamic_image_building": .map(.any)]
    ) { own, _ in own }
    private static let unlisted = common.merging(
        [
            "enabled": .bool, "display_name_in_choices": .text, "description_in_choices": .text,
            "validation_regex": .text, "validation_message": .text,
        ]
    ) { own, _ in own }

    private static func valueType(_ hub: HubFacts) -> [Rule.Fault] {
        hub.profiles.profiles.flatMap { faults(in: $0.value, profile, of: "a profile") }
            + hub.profiles.options.flatMap { each in
                faults(in: each.value, option, of: "an option")
                    + each.choices.flatMap { faults(in: $0.value, common, of: "a choice") }
                    + (each.unlisted.map { faults(in: $0, unlisted, of: "unlisted_choice") } ?? [])
            }
    }

    private static func faults(in value: Value, _ kinds: [String: SettingKind], of what: String) -> [Rule.Fault] {
        value.pairs.flatMap { key, _, part -> [Rule.Fault] in
            (kinds[key]?.mismatches(in: part) ?? []).map { $0.fault(in: "\(key) of \(what)") }
        }
    }

    // MARK: - What they override

    private static func overrideType(_ hub: HubFacts) -> [Rule.Fault] {
        hub.profiles.chosenOverrides.flatMap { override in
            override.pairs.flatMap { name, _, value -> [Rule.Fault] in
                // Another rule knows more about these.
                guard
                    !["mem_limit", "mem_guarantee", "cpu_limit", "cpu_guarantee"].contains(name) || value.isContainer,
                    let known = JupyterHubNames.setting(name, of: "KubeSpawner")
                else { return [] }
                if name == "image", value.map != nil {
                    let what = "kubespawner_override.image takes text, not a map"
                    return [Rule.Fault(what, advice: "write image: NAME:TAG", at: value.location)]
                }
                return known.kind.mismatches(in: value).map { $0.fault(in: "kubespawner_override.\(name)") }
            }
        }
    }
}

extension Value {
    fileprivate var isContainer: Bool { map != nil || list != nil }
}
