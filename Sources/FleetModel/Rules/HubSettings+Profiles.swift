extension HubSettings {
    /// Profiles or choices that stand beside each other.
    struct ProfileList {
        /// For messages: `profileList`, or `the option "image"`.
        let name: String
        let entries: [(place: SourceLocation, value: Value)]
        let place: SourceLocation
    }

    /// The entries of `singleuser.profileList`.
    var profiles: [Value] { jupyterhub["singleuser", "profileList"]?.list ?? [] }

    /// The options of all profiles.
    var profileOptions: [(key: String, place: SourceLocation, value: Value)] {
        profiles.flatMap { $0["profile_options"]?.pairs ?? [] }
    }

    /// The profiles, and the choices of each option.
    var profileLists: [ProfileList] {
        var lists: [ProfileList] = []
        if let list = jupyterhub["singleuser", "profileList"], let entries = list.list {
            let entries = entries.map { (place: $0.location, value: $0) }
            lists.append(ProfileList(name: "profileList", entries: entries, place: list.location))
        }
        for option in profileOptions {
            guard let choices = option.value["choices"] else { continue }
            let entries = choices.pairs.map { (place: $0.place, value: $0.value) }
            lists.append(
                ProfileList(name: "the option \"\(option.key.printable)\"", entries: entries, place: option.place))
        }
        return lists
    }

    /// Everything that a choice of users puts over the settings of the spawner.
    var overrides: [Value] {
        let ofProfiles = profiles.compactMap { $0["kubespawner_override"] }
        let ofOptions = profileOptions.flatMap { option in
            let choices = (option.value["choices"]?.pairs ?? []).compactMap { $0.value["kubespawner_override"] }
            return choices + [option.value["unlisted_choice", "kubespawner_override"]].compactMap { $0 }
        }
        return ofProfiles + ofOptions
    }

    /// One choice of users: what the chart's settings are covered by, the profile's first, then the choice's own.
    struct Choice {
        let name: String
        let settings: [Value]
        /// Settings that another option of the profile decides.
        let undecided: Set<String>
    }

    var choices: [Choice] {
        profiles.flatMap { profile -> [Choice] in
            let own = [profile["kubespawner_override"]].compactMap { $0 }
            let name = profile["display_name"]?.string ?? "a profile"
            let options = profile["profile_options"]?.pairs ?? []
            let keys = options.map { option in
                Set(
                    (option.value["choices"]?.pairs ?? []).flatMap { $0.value["kubespawner_override"]?.pairs ?? [] }
                        .map(\.key))
            }
            let choices = options.enumerated().flatMap { index, option in
                let others = keys.indices.filter { $0 != index }.reduce(into: Set<String>()) { $0.formUnion(keys[$1]) }
                return (option.value["choices"]?.pairs ?? []).map { choice in
                    Choice(
                        name: "\(name): \(choice.key)",
                        settings: own + [choice.value["kubespawner_override"]].compactMap { $0 }, undecided: others)
                }
            }
            return choices.isEmpty ? [Choice(name: name, settings: own, undecided: [])] : choices
        }
    }
}
