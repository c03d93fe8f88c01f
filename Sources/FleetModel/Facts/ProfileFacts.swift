/// The profiles of a hub: what users choose from when they start a server.
package struct ProfileFacts: Sendable {
    /// An entry of the list.
    package struct Profile: Sendable {
        package let value: Value
        package let place: SourceLocation
        package let options: [Option]
        /// The settings that it lays over those of the spawner.
        let override: Value?

        /// The name that people see.
        package var name: String? { value["display_name"]?.string }
    }

    /// A part of a profile that users choose for themselves.
    package struct Option: Sendable {
        package let key: String
        package let value: Value
        package let place: SourceLocation
        package let choices: [Choice]
        /// The free text that users may write in place of a choice.
        let unlisted: Value?
    }

    /// One of the choices of an option.
    package struct Choice: Sendable {
        package let key: String
        package let value: Value
        package let place: SourceLocation
        let override: Value?
    }

    /// The list as the values give it: a list, or a map that is sorted by its keys.
    ///
    /// What `hub.config` says wins over the chart's own key, as in the JupyterHub chart.
    package let list: Value?
    /// The keys that lead to the list, from the values of the JupyterHub chart on.
    package let path: [String]
    /// The entries, without what is null.
    package let profiles: [Profile]
    /// All settings that a choice of users lays over those of the spawner.
    let overrides: [Value]
    /// The same without those that a free text of users is put into.
    let chosenOverrides: [Value]

    init(_ server: Value?, login: LoginFacts) {
        let configured = login.config["KubeSpawner", "profile_list"]?.ifSet
        path = configured == nil ? ["singleuser", "profileList"] : ["hub", "config", "KubeSpawner", "profile_list"]
        let list = configured ?? server?["profileList"]
        self.list = list.flatMap { $0.isNull ? nil : $0 }
        let profiles = (list?.listEntries ?? []).map { Profile($0.value, at: $0.place) }
        self.profiles = profiles
        let options = profiles.flatMap(\.options)
        chosenOverrides = profiles.compactMap(\.override) + options.flatMap { $0.choices.compactMap(\.override) }
        overrides = chosenOverrides + options.compactMap { $0.unlisted?["kubespawner_override"] }
    }

    /// The options of all profiles.
    var options: [Option] { profiles.flatMap(\.options) }
}

extension ProfileFacts.Profile {
    fileprivate init(_ value: Value, at place: SourceLocation) {
        self.value = value
        self.place = place
        override = value["kubespawner_override"]
        options = (value["profile_options"]?.pairs ?? []).compactMap { key, place, value in
            value.isNull ? nil : ProfileFacts.Option(value, key: key, at: place)
        }
    }
}

extension ProfileFacts.Option {
    fileprivate init(_ value: Value, key: String, at place: SourceLocation) {
        self.key = key
        self.value = value
        self.place = place
        unlisted = value["unlisted_choice"]
        choices = (value["choices"]?.pairs ?? []).compactMap { key, place, value in
            guard !value.isNull else { return nil }
            return ProfileFacts.Choice(key: key, value: value, place: place, override: value["kubespawner_override"])
        }
    }
}

extension Value {
    /// The entries of a list, or of a map that values files can merge, in the order of its keys; without nulls.
    var listEntries: [(place: SourceLocation, value: Value)] {
        if let list { return list.lazy.filter { !$0.isNull }.map { ($0.location, $0) } }
        return pairs.sorted { $0.key < $1.key }.filter { !$0.value.isNull }.map { ($0.place, $0.value) }
    }
}
