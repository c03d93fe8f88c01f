import FleetModel
import Texts

/// Finds the values that make the pods of users: first in what is chosen, then in what all servers have.
struct UserPodPlaces: Sendable {
    private let facts: HubFacts?
    private let choices: [UsersPods.Choice]
    private let hub: SourceLocation

    init(_ release: Release, _ effective: EffectiveValues, _ choices: [UsersPods.Choice]) {
        facts = release.hub.map { HubFacts($0, on: release.cluster.provider.kind, effective: effective) }
        self.choices = choices
        hub = release.place
    }

    /// - Parameters:
    ///   - fault: what is wrong.
    ///   - object: a pod or a claim of a user.
    /// - Returns: the place of the value, or of the nearest one.
    func place(of fault: ObjectFault, _ object: KubernetesObject) -> SourceLocation {
        guard let facts else { return hub }
        let layers = layers(facts, object.userChoice)
        if case .absence = fault.cause { return absent(layers, facts) }
        let text = object.body[fault.path]?.scalarText ?? ""
        let words = ValueMatches.words(of: fault.path).subtracting(["spec", "0", "1"])
        for layer in layers {
            for path in ValueMatches.paths(of: text, words: words, in: layer) {
                // A switch is on in many places, so its name has to be that of the field.
                let isSwitch = ["true", "false"].contains(text)
                if let value = layer[path], !isSwitch || path.ends(like: fault.path) {
                    return value.location
                }
            }
        }
        return hub
    }

    /// What makes a pod, the strongest first.
    private func layers(_ facts: HubFacts, _ number: Int?) -> [Value] {
        let choice = number.flatMap { choices.indices.contains($0) ? choices[$0] : nil }
        let jupyterhub = facts.values.jupyterhub
        let profile = facts.profiles.profiles.first { choice?.isOf($0) == true }
        let option = profile?.options.first { $0.key.exact == choice?.option?.exact }
        let chosen = option?.choices.first { $0.key.exact == choice?.value?.exact }
        return [
            chosen?.value, profile?.value["kubespawner_override"], profile?.value["profile_options"],
            jupyterhub["singleuser"], jupyterhub["hub", "config"], jupyterhub["custom"], jupyterhub,
        ].compactMap { $0 }
    }

    private func absent(_ layers: [Value], _ facts: HubFacts) -> SourceLocation {
        let server = facts.values.jupyterhub["singleuser"]
        return server?["memory"]?.location ?? server?.location ?? layers.first?.location ?? hub
    }
}

extension ValuePath {
    /// Whether the last key has the words of another's last key.
    fileprivate func ends(like other: ValuePath) -> Bool {
        let last = ValueMatches.words(of: ValuePath(Array(steps.suffix(1))))
        return !last.isEmpty && last == ValueMatches.words(of: ValuePath(Array(other.steps.suffix(1))))
    }
}

extension UsersPods.Choice {
    /// Whether it is of a profile: by the short name that it says, or, where the spawner made one, by its name.
    fileprivate func isOf(_ other: ProfileFacts.Profile) -> Bool {
        guard let profile else { return false }
        return other.value["slug"]?.string.map { $0.exact == profile.exact } ?? (other.name?.exact == name?.exact)
    }
}
