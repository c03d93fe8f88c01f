/// A part of the policy, whose settings are read by their keys.
struct PolicyPart {
    private let path: [String]
    private let value: Value?

    init(_ policy: Value, _ path: String...) {
        self.path = path
        value = policy[path: path]
    }

    subscript<Wrapped>(keys: String...) -> Setting<Wrapped> { Setting(value?[path: keys], path: path + keys) }

    /// The part's own setting, or another one where it has none.
    func own<Wrapped>(_ key: String, or other: Setting<Wrapped>) -> Setting<Wrapped> {
        let own: Setting<Wrapped> = self[key]
        return own.given == nil ? other : own
    }
}
