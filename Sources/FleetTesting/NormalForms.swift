import Testing

/// A name in two forms that Unicode holds equal, and `String` too. They are two names all the same.
package struct NormalForms: Sendable, CustomTestStringConvertible {
    package let testDescription: String
    package let one: String
    package let other: String

    private init(_ kind: String, _ one: String, _ other: String) {
        testDescription = kind
        self.one = one
        self.other = other
    }

    /// A map with which the two change places; as JupyterHub makes all names lower-case, a capital letter has none.
    package var crossing: String? {
        let isSmall = [one, other].allSatisfy { Array($0.lowercased().utf8) == Array($0.utf8) }
        return isSmall ? "\(one),\(other)\n\(other),\(one)\n" : nil
    }

    package static let all = [
        NormalForms("a letter with an accent", "caf\u{E9}", "cafe\u{301}"),
        NormalForms("a syllable of Hangul", "\u{AC01}", "\u{1100}\u{1161}\u{11A8}"),
        NormalForms("the sign of Ångström", "\u{212B}", "\u{C5}"),
        NormalForms("the sign of Ohm", "\u{2126}", "\u{3A9}"),
        NormalForms("two marks in two orders", "q\u{307}\u{323}", "q\u{323}\u{307}"),
    ]
}
