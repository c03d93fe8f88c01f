import Texts

/// The version of a chart, as Helm reads it: parts may be missing, and a `v` may stand before it.
///
/// Source: Masterminds/semver 3.4, with which Helm 4.1 compares; semver.org, 11.
struct ChartVersion: Equatable, Comparable {
    /// Major, minor and patch.
    let numbers: [UInt64]
    /// What stands behind the dash, by its parts; empty for a release.
    let beforeRelease: [ExactText]

    /// Nil for what is no version.
    init?(_ text: String) {
        var rest = Substring(text).unicodeScalars
        if rest.first == "v" { rest.removeFirst() }
        let (body, build) = Self.cut(rest, at: "+")
        let (main, pre) = Self.cut(body, at: "-")
        let parts = main.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.map { Self.number($0) }
        guard (1...3).contains(parts.count), !numbers.contains(nil), Self.areNames(pre), Self.areNames(build) else {
            return nil
        }
        let beforeRelease = pre?.split(separator: ".").map { ExactText(String($0)) } ?? []
        // Numbers of what comes before a release begin with no zero.
        guard !beforeRelease.contains(where: { Self.isNumber($0) && $0.utf8.count > 1 && $0.utf8.first == 0x30 }) else {
            return nil
        }
        self.init(numbers: numbers.compactMap(\.self), beforeRelease: beforeRelease)
    }

    init(numbers: [UInt64], beforeRelease: [ExactText]) {
        self.numbers = Array((numbers + [0, 0]).prefix(3))
        self.beforeRelease = beforeRelease
    }

    var isBeforeRelease: Bool { !beforeRelease.isEmpty }

    /// What comes before a release is less than it; of its parts, numbers are less than names.
    static func < (left: ChartVersion, right: ChartVersion) -> Bool {
        if left.numbers != right.numbers { return left.numbers.lexicographicallyPrecedes(right.numbers) }
        guard left.isBeforeRelease, right.isBeforeRelease else { return left.isBeforeRelease }
        return left.beforeRelease.lexicographicallyPrecedes(right.beforeRelease, by: isLess)
    }

    private static func isLess(_ left: ExactText, _ right: ExactText) -> Bool {
        switch (UInt64(left.text), UInt64(right.text)) {
        case (let left?, let right?): left < right
        case (nil, nil): left < right
        case (let number, _): number != nil
        }
    }

    private static func cut(
        _ text: Substring.UnicodeScalarView, at sign: Unicode.Scalar
    ) -> (Substring.UnicodeScalarView, Substring.UnicodeScalarView?) {
        guard let index = text.firstIndex(of: sign) else { return (text, nil) }
        return (text[..<index], text[text.index(after: index)...])
    }

    private static func number(_ text: Substring.UnicodeScalarView) -> UInt64? {
        text.isEmpty || !text.allSatisfy { ("0"..."9").contains($0) } ? nil : UInt64(String(text))
    }

    private static func isNumber(_ text: ExactText) -> Bool { text.utf8.allSatisfy { (0x30...0x39).contains($0) } }

    /// Whether it is nothing, or names between dots.
    private static func areNames(_ text: Substring.UnicodeScalarView?) -> Bool {
        guard let text else { return true }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty
                && part.allSatisfy { sign in
                    ["0"..."9", "A"..."Z", "a"..."z", "-"..."-"].contains { $0.contains(sign) }
                }
        }
    }
}
