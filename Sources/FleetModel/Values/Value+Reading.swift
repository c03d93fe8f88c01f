import Texts

extension Value {
    /// The value, or what its secret hides as far as it could be opened: for comparing, never for showing or writing.
    var opened: Value {
        guard case .secret(let secret) = content, let scalar = secret.reveal() else { return self }
        return Value(scalar, at: location)
    }

    /// The text, also of a secret, for comparing it; it must not be shown.
    var text: String? { opened.string }

    /// The truth value, also of a secret.
    var flag: Bool? { opened.bool }

    /// The value; nil for one that says nothing: a null, an empty text, list or map. A secret that cannot be
    /// opened says something.
    package var ifSet: Value? {
        switch opened.content {
        case .null: nil
        case .string(let text): text.isEmpty ? nil : self
        case .list(let list): list.isEmpty ? nil : self
        case .map(let map): map.isEmpty ? nil : self
        default: self
        }
    }

    /// The amount that a number is, or that text says in the way of whoever reads it.
    ///
    /// - Parameter read: the amount of a text; nil for what is none.
    /// - Returns: nil for what is neither, and for numbers without an end.
    func amount(_ read: (String) -> Double?) -> Double? {
        switch content {
        case .integer(let number): Double(number)
        case .unsigned(let number): Double(number)
        case .float(let number): number.isFinite ? number : nil
        case .string(let text): read(text)
        default: nil
        }
    }

    /// The entries of a map with the place of each key; none of anything else.
    package var pairs: [(key: String, place: SourceLocation, value: Value)] {
        guard let map else { return [] }
        return zip(map.keys, map.entries).map { ($0.text, $1.keyLocation, $1.value) }
    }
}

extension Value {
    /// A scalar as text, as environment variables and names have it; nil for lists, maps, secrets and nothing.
    package var scalarText: String? {
        switch content {
        case .string(let text): text
        case .bool(let bool): bool ? "true" : "false"
        case .integer(let number): String(number)
        case .unsigned(let number): String(number)
        case .float(let number): "\(number)"
        case .null, .secret, .list, .map: nil
        }
    }
}
