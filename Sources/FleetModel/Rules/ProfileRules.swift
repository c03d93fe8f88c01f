import Texts

/// Rules about the list of servers that users choose from.
enum ProfileRules {
    static let rules = [
        Rule(
            "profiles/two-defaults", .warning, "At most one profile, and one choice of an option, is the default.",
            because: "Which of them users get depends on their browser; without a choice it is the first.",
            .hub(twoDefaults)),
        Rule(
            "profiles/no-default", .note, "One choice of each option is the default.",
            because: "Users get the first choice, which changes when somebody sorts the list.", .hub(noDefault)),
        Rule(
            "profiles/duplicate-slug", .error, "No two profiles have the same short name.",
            because: "The second of them can never be started: its choice starts the first.", .hub(duplicateSlug)),
        Rule(
            "profiles/unknown-key", .error, "Profiles, options and choices have the keys that the spawner reads.",
            because: "The spawner silently ignores any other key.", .hub(unknownKey)),
        Rule(
            "profiles/unknown-override", .error, "kubespawner_override sets things that the spawner has.",
            because:
                "The spawner silently ignores a setting that it does not know: limits and images have no effect. Of a "
                + "map it fails.",
            .hub(unknownOverride)),
        Rule(
            "profiles/no-choices", .error, "An option offers something to choose.",
            because: "The page to start a server fails, or shows an empty list.", judging: .absence, .hub(noChoices)),
        Rule(
            "profiles/unlisted-without-value", .error, "A free text that users write is used.",
            because: "What users write has no effect without `{value}` in kubespawner_override.", .hub(unlisted)),
        Rule(
            "profiles/groups-not-managed", .warning, "Profiles for groups stand on a hub that knows its users' groups.",
            because: "Users are in a group only if an administrator puts each of them there by hand.",
            judging: .absence, .hub(groups)),
    ]

    private static func twoDefaults(_ hub: HubFacts) -> [Rule.Fault] {
        lists(of: hub).flatMap { list -> [Rule.Fault] in
            let defaults = list.entries.filter { $0.value["default"]?.flag == true }
            guard let first = defaults.first else { return [] }
            return defaults.dropFirst().map {
                Rule.Fault(
                    "two entries of \(list.name) are the default", advice: "keep `default: true` at one of them",
                    at: $0.value["default"]?.location ?? $0.place,
                    related: [first.value["default"]?.location ?? first.place])
            }
        }
    }

    private static func noDefault(_ hub: HubFacts) -> [Rule.Fault] {
        lists(of: hub).compactMap { list in
            guard list.entries.count > 1, !list.entries.contains(where: { $0.value["default"]?.flag == true }) else {
                return nil
            }
            return Rule.Fault(
                "no entry of \(list.name) is the default, so the first one is", advice: "mark one with `default: true`",
                at: list.place)
        }
    }

    private static func duplicateSlug(_ hub: HubFacts) -> [Rule.Fault] {
        var first: [ExactText: SourceLocation] = [:]
        return hub.profiles.profiles.compactMap { profile in
            let value = profile.value
            let named = value["slug"]?.text ?? value["display_name"]?.text.flatMap(ProfileSlug.make(from:))
            guard let named else { return nil }
            defer { first[named.exact] = first[named.exact] ?? value.location }
            return first[named.exact].map {
                Rule.Fault(
                    "another profile has the same short name\(value.containsSecret ? "" : " \"\(named.printable)\"")",
                    advice: "give it a `slug` of its own",
                    at: value["slug"]?.location ?? value.location, related: [$0])
            }
        }
    }

    private static func unknownKey(_ hub: HubFacts) -> [Rule.Fault] {
        let profiles = hub.profiles.profiles.flatMap {
            faults(in: $0.value, known: ProfileKeys.profile, what: "a profile", hub: hub)
        }
        let options = hub.profiles.options.flatMap { option -> [Rule.Fault] in
            faults(in: option.value, known: ProfileKeys.option, what: "an option", hub: hub)
                + option.choices.flatMap { faults(in: $0.value, known: ProfileKeys.choice, what: "a choice", hub: hub) }
                + (option.unlisted.map {
                    faults(in: $0, known: ProfileKeys.unlistedChoice, what: "unlisted_choice", hub: hub)
                } ?? [])
        }
        return profiles + options
    }

    private static func faults(in value: Value, known: Set<String>, what: String, hub: HubFacts) -> [Rule.Fault] {
        value.pairs.compactMap { key, place, _ in
            // Python of the hub may read keys of its own.
            guard !known.contains(key), !hub.code.contains("\"\(key)\""), !hub.code.contains("'\(key)'"),
                let advice = advice(for: key, among: known)
            else { return nil }
            return Rule.Fault(
                "\(what) has no key \"\(key.printable)\", so it is ignored", advice: advice, at: place)
        }
    }

    /// What to write for a key that is misspelt, meant to restrict somebody, or a setting of the spawner; nil for one that
    /// harms nobody.
    private static func advice(for key: String, among known: Set<String>) -> String? {
        if let close = Suggestion.closest(to: key, among: known, most: 2) { return "did you mean \"\(close)\"?" }
        if ProfileKeys.restricts(key), known.contains("allowed_groups") { return "write allowed_groups" }
        let isMeantForSpawner = ProfileKeys.overrides.contains(key) || ProfileKeys.spawnerName(of: key) != nil
        return isMeantForSpawner && known.contains("kubespawner_override") ? "move it to kubespawner_override" : nil
    }

    private static func unknownOverride(_ hub: HubFacts) -> [Rule.Fault] {
        // A class of the hub's own has settings of its own.
        guard !hub.code.assigns("spawner_class", of: "JupyterHub") || hub.code.isOfChart("spawner_class") else {
            return []
        }
        return hub.profiles.overrides.flatMap { override in
            override.pairs.compactMap { key, place, _ in
                guard !ProfileKeys.overrides.contains(key) else { return nil }
                return Rule.Fault(
                    "the spawner has no setting \"\(key.printable)\", so it is ignored",
                    advice: ProfileKeys.overrideAdvice(for: key), at: place)
            }
        }
    }

    private static func noChoices(_ hub: HubFacts) -> [Rule.Fault] {
        hub.profiles.options.compactMap { option in
            guard option.value["choices"]?.ifSet == nil, option.unlisted?["enabled"]?.flag != true,
                option.value["dynamic_image_building", "enabled"]?.flag != true
            else { return nil }
            return Rule.Fault(
                "the option \"\(option.key.printable)\" offers nothing to choose", advice: "add `choices`",
                at: option.place)
        }
    }

    private static func unlisted(_ hub: HubFacts) -> [Rule.Fault] {
        hub.profiles.options.compactMap { option in
            guard let unlisted = option.unlisted, unlisted["enabled"]?.flag == true else { return nil }
            let texts = (unlisted["kubespawner_override"]?.leaves() ?? []).map(\.value)
            guard !texts.contains(where: { $0.text?.contains("{value}") ?? true }) else { return nil }
            return Rule.Fault(
                "what users write for \"\(option.key.printable)\" is not used",
                advice: "put \"{value}\" into kubespawner_override, such as `image: \"{value}\"`", at: unlisted.location
            )
        }
    }

    private static func groups(_ hub: HubFacts) -> [Rule.Fault] {
        let keys = hub.profiles.profiles.flatMap(\.value.pairs).filter {
            $0.key == "allowed_groups" && $0.value.ifSet != nil
        }
        guard let first = keys.first, hub.login.authenticator != nil else { return [] }
        let managing = [
            "manage_groups", "populate_teams_in_auth_state", "auth_state_groups_key", "allowed_google_groups",
        ]
        let known = managing.contains { name in hub.login.given(name).map { $0.flag != false } ?? false }
        guard !known, !hub.services.loadsGroups, !managing.contains(where: hub.login.isAssigned),
            !hub.code.assigns("load_groups", of: "JupyterHub")
        else { return [] }
        return [
            Rule.Fault(
                "allowed_groups is used, but \(hub.login.authenticator ?? "the login") tells no groups",
                advice: "set manage_groups of the login, or load_groups", at: first.place,
                related: [hub.login.place])
        ]
    }
}

extension ProfileRules {
    /// Profiles or choices that stand beside each other.
    private struct List {
        /// For messages: `profileList`, or `the option "image"`.
        let name: String
        let entries: [(place: SourceLocation, value: Value)]
        let place: SourceLocation
    }

    /// The profiles, and the choices of each option.
    private static func lists(of hub: HubFacts) -> [List] {
        let profiles = hub.profiles.list.map { list in
            List(
                name: "profileList", entries: hub.profiles.profiles.map { ($0.place, $0.value) }, place: list.location)
        }
        let options = hub.profiles.options.filter { $0.value["choices"] != nil }.map { option in
            List(
                name: "the option \"\(option.key.printable)\"",
                entries: option.choices.map { ($0.place, $0.value) }, place: option.place)
        }
        return [profiles].compactMap { $0 } + options
    }
}
