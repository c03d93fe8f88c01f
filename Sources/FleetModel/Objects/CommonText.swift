import Texts

/// What several forms of one text have in common. Where they differ stands a mark.
///
/// A text that was rendered with two sets of secrets shows in this way what does not depend on them; one that was rendered
/// twice shows what is not made by chance.
package enum CommonText {
    /// - Parameters:
    ///   - texts: the forms, at least one.
    ///   - mark: stands where they differ.
    /// - Returns: the common parts, line by line where all have as many lines, else in the whole.
    package static func of(_ texts: [String], mark: String) -> String {
        let forms = texts.map { $0.exact.split(at: "\n").map { Array($0.text.unicodeScalars) } }
        let count = forms[0].count
        guard count > 1, forms.allSatisfy({ $0.count == count }) else {
            return line(texts.map { Array($0.unicodeScalars) }, mark: mark)
        }
        let lines = (0..<count).map { index in line(forms.map { $0[index] }, mark: mark) }
        // How many lines a key has is nobody's business.
        return lines.enumerated().filter { $0 == 0 || $1 != mark || lines[$0 - 1] != mark }.map(\.element)
            .joined(separator: "\n")
    }

    private static func line(_ forms: [[Unicode.Scalar]], mark: String) -> String {
        let first = forms[0]
        guard forms.contains(where: { $0 != first }) else { return String(first) }
        let shortest = forms.map(\.count).min() ?? 0
        var start = (0..<shortest).first { index in forms.contains { $0[index] != first[index] } } ?? shortest
        var end =
            (0..<(shortest - start)).first { index in
                forms.contains { $0[$0.count - 1 - index] != first[first.count - 1 - index] }
            } ?? shortest - start
        // Forms may agree on a sign by chance, so a whole word is left out.
        while start > 0, first[start - 1].isOfWord { start -= 1 }
        while end > 0, first[first.count - end].isOfWord || first[first.count - end] == "=" { end -= 1 }
        return String(first[..<start]) + mark + String(first[(first.count - end)...])
    }
}

extension Unicode.Scalar {
    /// Whether it can be a part of a number made by chance, of base64, or of a text that is escaped in an address.
    fileprivate var isOfWord: Bool {
        properties.isAlphabetic || ("0"..."9").contains(self) || "+/_-%.\\~".unicodeScalars.contains(self)
    }
}

extension String {
    fileprivate init(_ scalars: some Sequence<Unicode.Scalar>) {
        self = scalars.reduce(into: "") { $0.unicodeScalars.append($1) }
    }
}
