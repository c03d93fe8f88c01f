/// One setting of a hub: what its effective values hold at a path, and where that comes from.
///
/// A setting is absent, clear, secret, or unreadable: of another type than it must be. Nothing of this looks like
/// another: `value` is nil for all but the clear one, and who falls back to a default asks `isUnreadable` first, or says
/// why not.
package struct Setting<Wrapped: SettingContent>: Sendable {
    /// The keys that lead to it, from the values of the JupyterHub chart on, or from those of the chart around it.
    package let path: [String]
    /// The value as the layers give it; nil when there is none, or a null in its place.
    package let given: Value?

    package init(_ given: Value?, path: [String]) {
        self.path = path
        self.given = given.flatMap { $0.isNull ? nil : $0 }
    }

    /// The value; nil when it is absent, secret or unreadable.
    package var value: Wrapped? { given.flatMap { Wrapped(setting: $0) } }

    /// The value, also of a secret that could be opened, for comparing it: it must never be shown or written.
    var compared: Wrapped? { given.flatMap { Wrapped(setting: $0.opened) } }

    /// The place that sets it; nil when it is absent.
    package var place: SourceLocation? { given?.location }

    /// Whether somebody gives it, even if nobody can read it; an empty text, list or map says nothing.
    package var isSet: Bool { given?.ifSet != nil }

    package var isSecret: Bool {
        if case .secret? = given?.content { true } else { false }
    }

    /// Whether something stands there that is neither what it must be nor a secret.
    package var isUnreadable: Bool { given != nil && !isSecret && value == nil }
}

extension Setting where Wrapped == Bool {
    /// Whether it is on for sure, in the clear or in a secret.
    var isOn: Bool { compared == true }
    /// Whether it is off for sure, in the clear or in a secret.
    var isOff: Bool { compared == false }
}

/// A type that settings can have.
package protocol SettingContent: Sendable {
    /// - Returns: nil for a value of another type, and for a secret.
    init?(setting value: Value)
}

extension Bool: SettingContent {
    package init?(setting value: Value) {
        guard case .bool(let bool) = value.content else { return nil }
        self = bool
    }
}

extension Int: SettingContent {
    package init?(setting value: Value) {
        guard case .integer(let number) = value.content else { return nil }
        self = number
    }
}

extension Double: SettingContent {
    /// A whole number or a fraction; not text, infinity or no number.
    package init?(setting value: Value) {
        switch value.content {
        case .integer(let number): self = Double(number)
        case .float(let number) where number.isFinite: self = number
        default: return nil
        }
    }
}

extension String: SettingContent {
    package init?(setting value: Value) {
        guard case .string(let text) = value.content else { return nil }
        self = text
    }
}
