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

    /// What a server gets that users start with one choice of one option: the chart's settings, the profile's, the
    /// choice's, each by the name that the spawner has for it.
    var choices: [(name: String, settings: [Value])] {
        profiles.flatMap { profile -> [(name: String, settings: [Value])] in
            let own = [profile["kubespawner_override"]].compactMap { $0 }
            let name = profile["display_name"]?.string ?? "a profile"
            let options = profile["profile_options"]?.pairs ?? []
            let choices = options.flatMap { $0.value["choices"]?.pairs ?? [] }
            guard !choices.isEmpty else { return [(name, own)] }
            return choices.map { choice in
                ("\(name): \(choice.key)", own + [choice.value["kubespawner_override"]].compactMap { $0 })
            }
        }
    }
}
