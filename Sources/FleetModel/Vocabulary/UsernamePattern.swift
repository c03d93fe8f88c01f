import Foundation

/// The regular expression of `username_pattern`, as far as it can be understood.
struct UsernamePattern {
    /// Longer texts are no names; a bound on what a careless expression can cost.
    private static let limit = 200
    private let expression: NSRegularExpression

    /// - Returns: nil when the text is no regular expression.
    init?(_ text: String) {
        guard text.count <= 1000, let expression = try? NSRegularExpression(pattern: text) else { return nil }
        self.expression = expression
    }

    /// Whether it matches from the start of the text on, as Python's `re.match`.
    func matchesStart(of text: String) -> Bool {
        let text = String(text.prefix(Self.limit))
        let range = NSRange(text.startIndex..., in: text)
        return expression.firstMatch(in: text, options: .anchored, range: range) != nil
    }
}
