extension String {
    /// A text for people without the tokens that addresses in it may hold; see `addressWithoutCredentials`.
    package var withoutCredentials: String {
        var result = ""
        var word = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.properties.isWhitespace || "\"'`".unicodeScalars.contains(scalar) {
                result += Self.shown(word)
                result.unicodeScalars.append(scalar)
                word = String.UnicodeScalarView()
            } else {
                word.append(scalar)
            }
        }
        return result + Self.shown(word)
    }

    private static func shown(_ word: String.UnicodeScalarView) -> String {
        let word = String(word)
        return word.contains("://") ? word.addressWithoutCredentials : word
    }

    /// An address that is refused, as people and logs may see it: without what stands before an `@`, and what stands behind a
    /// `?` or a `#`. Both may be a password or a token; more is hidden than needs to be.
    package var addressWithoutCredentials: String {
        // A sign can be written as its number.
        var rest = Substring(replacing("%40", with: "@"))
        var shown = ""
        if let at = rest.lastIndex(of: "@") {
            let scheme = rest[..<at].ranges(of: "://").first.map { rest[..<$0.upperBound] } ?? ""
            shown = "\(scheme)•••@"
            rest = rest[rest.index(after: at)...]
        }
        let end = rest.firstIndex { $0 == "?" || $0 == "#" }
        return shown + (end.map { "\(rest[...$0])•••" } ?? String(rest))
    }
}
