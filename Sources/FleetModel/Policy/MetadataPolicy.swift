import Texts

/// What a fleet asks of the notes in each `cluster.yaml`: `metadata` of `fleet.yaml`. Without it, nothing.
package struct MetadataPolicy: Sendable, Equatable {
    /// What a note can hold.
    package enum Kind: String, Sendable, CaseIterable, SettingContent {
        case integer, text, date, any
    }

    /// Whether each cluster elsewhere must have notes.
    package let isRequired: Setting<Bool>
    /// The keys that each map of notes must have, with what they hold.
    package let keys: [(name: String, kind: Kind)]

    init(_ part: PolicyPart) {
        isRequired = part["required"]
        let given: Setting<KindMap> = part["keys"]
        keys = given.value?.kinds ?? []
    }

    package static func == (left: MetadataPolicy, right: MetadataPolicy) -> Bool {
        left.isRequired.value == right.isRequired.value && left.keys.map(\.name) == right.keys.map(\.name)
            && left.keys.map(\.kind) == right.keys.map(\.kind)
    }

    /// What is wrong with the notes of a cluster.
    package func findings(for cluster: Cluster) -> [Finding] {
        guard cluster.provider.kind != .local else { return [] }
        let notes = cluster.metadata?.pairs ?? []
        if notes.isEmpty, isRequired.value == true {
            return [
                finding(
                    "metadata is \(cluster.metadata == nil ? "missing" : "empty"): the policy of this fleet asks for it",
                    at: cluster.metadata?.location ?? cluster.name.location)
            ]
        }
        return notes.flatMap { note, place, value -> [Finding] in
            keys.compactMap { key, kind -> Finding? in
                guard let given = value[key], !given.isNull else {
                    let at = value.map?.entry(key)?.keyLocation ?? place
                    return finding("metadata.\(note.printable) has no \(key)", at: at)
                }
                guard !kind.takes(given) else { return nil }
                return finding("metadata.\(note.printable).\(key) must be \(kind.words)", at: given.location)
            }
        }
    }

    private func finding(_ message: String, at place: SourceLocation) -> Finding {
        Finding(
            rule: "cluster/metadata", message, advice: "`metadata` in fleet.yaml says what each cluster declares",
            at: place)
    }

    private struct KindMap: SettingContent {
        let kinds: [(name: String, kind: Kind)]

        init?(setting value: Value) {
            guard value.map != nil else { return nil }
            kinds = value.pairs.compactMap { pair in Kind(setting: pair.value).map { (pair.key, $0) } }
        }
    }
}

extension MetadataPolicy.Kind {
    fileprivate var words: String {
        switch self {
        case .integer: "a whole number"
        case .text: "text"
        case .date: "a date, such as 2026-11-30"
        case .any: "given"
        }
    }

    fileprivate func takes(_ value: Value) -> Bool {
        switch self {
        case .integer: value.integer != nil
        case .text: value.string?.isEmpty == false
        case .date: value.string.flatMap { CalendarDate($0) } != nil
        case .any: value.ifSet != nil
        }
    }
}
