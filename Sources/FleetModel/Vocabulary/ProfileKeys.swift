/// The keys of profiles, of their options and choices, and what a choice may override.
///
/// Sources: kubespawner 7 and jupyterhub-fancy-profiles 0.7; `allowed_groups` and `slug` of a choice are the chart's.
enum ProfileKeys {
    static let profile = words(
        "display_name slug description default kubespawner_override profile_options allowed_groups")
    static let option = words(
        "display_name description choices unlisted_choice dynamic_image_building allowed_groups")
    static let choice = words(
        "display_name description slug default kubespawner_override allowed_groups")
    static let unlistedChoice = words(
        """
        enabled display_name display_name_in_choices description_in_choices validation_regex validation_message
        kubespawner_override allowed_groups
        """)
    /// The settings of the spawner, and its attributes beside them.
    static let overrides = (JupyterHubNames.settings(of: "KubeSpawner") ?? []).union(SettingTable.packaged.attributes)

    // MARK: - Names of others

    /// The chart's names of what the spawner calls otherwise than with small letters and `_` between the words.
    private static let chartNames = [
        "cpu": "cpu_limit and cpu_guarantee", "env": "environment", "extraEnv": "environment",
        "extraResource": "extra_resource_limits and extra_resource_guarantees", "extra_env": "environment",
        "memory": "mem_limit and mem_guarantee", "memory_limit": "mem_limit", "memory_guarantee": "mem_guarantee",
        "serviceAccountName": "service_account",
        "storage": "storage_capacity, storage_class, volumes and volume_mounts",
        "image_name": "image, such as image: NAME:TAG", "image_tag": "image, such as image: NAME:TAG",
        "cmd_args": "args", "resources": "mem_limit, mem_guarantee, cpu_limit and cpu_guarantee",
        "annotations": "extra_annotations", "labels": "extra_labels",
    ]

    /// The spawner's name of what the chart, or another setting, calls otherwise; nil for what is no such name.
    static func spawnerName(of key: String) -> String? {
        if let known = chartNames[key] { return known }
        let snake = key.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
        let short = snake.hasPrefix("extra_") ? String(snake.dropFirst("extra_".count)) : snake
        return [snake, short, "extra_" + snake].first { $0 != key && overrides.contains($0) }
    }

    /// What to do with a key of `kubespawner_override` that the spawner does not have.
    static func overrideAdvice(for key: String) -> String {
        if profile.union(option).contains(key) { return "move it one level up, beside kubespawner_override" }
        if let name = spawnerName(of: key) { return "the spawner calls it \(name)" }
        if let close = Suggestion.closest(to: key, among: overrides, most: 2) { return "did you mean \"\(close)\"?" }
        return "take it out; the page of KubeSpawner lists its settings"
    }

    private static let restrictions: Set<String> = [
        "access", "admin", "admins", "allow", "allowed", "allows", "block", "blocked", "denied", "deny", "group",
        "groups",
        "member", "members", "only", "org", "organization", "organizations", "orgs", "permit", "permitted", "require",
        "required", "requires", "restrict", "restricted", "role", "roles", "team", "teams", "user", "users", "visible",
    ]

    /// Whether a key says by one of its words that it is about who may have something.
    static func restricts(_ key: String) -> Bool {
        let snake = key.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
        return snake.split { $0 == "_" || $0 == "-" }.contains { restrictions.contains(String($0)) }
    }

    private static func words(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
    }
}
