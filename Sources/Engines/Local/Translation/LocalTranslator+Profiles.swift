import FleetModel
import Texts

extension LocalTranslator {
    /// What users choose from when they start a server.
    mutating func addProfiles() {
        guard let list = take(path: facts.profiles.path) else { return }
        let profiles = facts.profiles.profiles.filter { $0.name?.isEmpty == false }.map(\.value)
        if profiles.count < facts.profiles.profiles.count || (list.list == nil && list.map == nil) {
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
    /// All groups that `allowed_groups` names anywhere below.
    fileprivate var allowedGroups: [String] {
        var groups: Set<ExactText> = []
        collectGroups(into: &groups)
        return groups.sorted().map(\.text)
    }

    private func collectGroups(into groups: inout Set<ExactText>) {
        for item in list ?? [] { item.collectGroups(into: &groups) }
        for (key, value) in map ?? ValueMap() {
            if key == "allowed_groups" { groups.formUnion(value.list?.compactMap(\.string?.exact) ?? []) }
            value.collectGroups(into: &groups)
        }
    }
}
