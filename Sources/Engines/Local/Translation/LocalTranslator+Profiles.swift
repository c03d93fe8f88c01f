import FleetModel

extension LocalTranslator {
    /// What users choose from when they start a server.
    mutating func addProfiles() {
        let list = take("singleuser", "profileList") ?? take("hub", "config", "KubeSpawner", "profile_list")
        guard let list else { return }
        let profiles = (list.profiles ?? []).filter { $0["display_name"]?.string?.isEmpty == false }
        if profiles.count < (list.profiles?.count ?? 1) {
            limit("some profiles", "they are no maps with a display_name", at: list.location)
        }
        guard !profiles.isEmpty else { return }
        begin("Profiles: what users choose from")
        let literal = PythonLiteral(Value(.list(profiles), at: list.location))
        set("c.LocalSpawner.profile_list", literal ?? .list([]), from: "\(list.location)")
        limit("images of profiles", "one Python environment for all servers", at: list.location)
        let groups = Value(.list(profiles), at: list.location).allowedGroups
        guard !groups.isEmpty else { return }
        let users = PythonLiteral.list(settings.administrators.map { .string($0.lowercased()) })
        let members = groups.map { (key: $0, value: PythonLiteral.dictionary([(key: "users", value: users)])) }
        set(
            "c.JupyterHub.load_groups", .dictionary(members),
            from: "groups that profiles are for; administrators are in them")
        limit(
            "groups \(groups.joined(separator: ", "))", "administrators are in them; add others as admin",
            at: list.location)
    }
}

extension Value {
    /// A list of profiles; charts also accept a map, sorted by its keys.
    fileprivate var profiles: [Value]? {
        list ?? map.map { map in map.sorted { $0.key < $1.key }.map(\.value) }
    }

    /// All groups that `allowed_groups` names anywhere below.
    fileprivate var allowedGroups: [String] {
        var groups: Set<String> = []
        collectGroups(into: &groups)
        return groups.sorted()
    }

    private func collectGroups(into groups: inout Set<String>) {
        for item in list ?? [] { item.collectGroups(into: &groups) }
        for (key, value) in map ?? ValueMap() {
            if key == "allowed_groups" { groups.formUnion(value.list?.compactMap(\.string) ?? []) }
            value.collectGroups(into: &groups)
        }
    }
}
