import Foundation
import Texts

/// The versions of a chart that a declaration accepts, such as `^1.2` or `>= 1.0, < 3 || 5.x`, as Helm reads it.
///
/// Source: Masterminds/semver 3.4, with which Helm 4.1 decides whether a chart in `charts/` is the declared one. An empty
/// text accepts none.
struct ChartVersionRange {
    /// What one sign and one version ask for.
    fileprivate struct Bound {
        let sign: String
        let version: ChartVersion
        /// How many numbers are given: 0 for `*`. Those that are missing are zeros in `version`.
        let given: Int

        var isOpen: Bool { given < 3 }
    }

    /// One of these groups has to hold, with all of its bounds.
    private let groups: [[Bound]]

    /// Nil for what Helm cannot read: no version matches it.
    init?(_ text: String) {
        let groups = Self.withoutSpans(text).components(separatedBy: "||").map(Self.bounds)
        guard !groups.contains(where: { $0 == nil }) else { return nil }
        self.groups = groups.compactMap(\.self)
    }

    /// What comes before a release is accepted only where a bound of the group names such a version.
    func contains(_ version: ChartVersion) -> Bool {
        groups.contains { group in
            guard !version.isBeforeRelease || group.contains(where: \.version.isBeforeRelease) else { return false }
            return group.allSatisfy { $0.accepts(version) }
        }
    }

    // MARK: - Reading

    private static let signs = ["!=", ">=", "=>", "<=", "=<", "~>", "=", ">", "<", "~", "^"]

    /// Writes `1.0 - 2.0` as two bounds.
    private static func withoutSpans(_ text: String) -> String {
        var words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        while let dash = words.indices.first(where: { words[$0] == "-" && $0 > 0 && $0 + 1 < words.count }) {
            words.replaceSubrange((dash - 1)...(dash + 1), with: [">=\(words[dash - 1]),", "<=\(words[dash + 1])"])
        }
        return words.joined(separator: " ")
    }

    private static func bounds(_ text: String) -> [Bound]? {
        var rest = text[...].drop(while: \.isWhitespace)
        var bounds: [Bound] = []
        repeat {
            let sign = signs.first { rest.hasPrefix($0) } ?? ""
            rest = rest.dropFirst(sign.count).drop(while: \.isWhitespace)
            let word = rest.prefix { !$0.isWhitespace && $0 != "," }
            guard let bound = bound(sign, String(word)) else { return nil }
            bounds.append(bound)
            rest = rest.dropFirst(word.count).drop(while: \.isWhitespace)
            guard rest.first == "," else { continue }
            rest = rest.dropFirst().drop(while: \.isWhitespace)
            if rest.isEmpty { return nil }
        } while !rest.isEmpty
        return bounds
    }

    private static func bound(_ sign: String, _ word: String) -> Bound? {
        let text = word.first == "v" ? word.dropFirst() : word[...]
        let main = text.prefix { $0 != "-" && $0 != "+" }
        let numbers = main.split(separator: ".", omittingEmptySubsequences: false)
        let given = numbers.prefix { !["x", "X", "*"].contains($0) }
        guard (1...3).contains(numbers.count), numbers.dropFirst(given.count).allSatisfy({ !$0.isEmpty }) else {
            return nil
        }
        let zeros = Array(repeating: "0", count: 3 - given.count)
        let whole = (given.map(String.init) + zeros).joined(separator: ".") + text.dropFirst(main.count)
        return ChartVersion(whole).map { Bound(sign: sign, version: $0, given: given.count) }
    }
}

extension ChartVersionRange.Bound {
    fileprivate func accepts(_ other: ChartVersion) -> Bool {
        switch sign {
        case "!=": isOther(other)
        case ">": isGreater(other)
        case "<": other < version
        case ">=", "=>": other >= version
        case "<=", "=<": isAtMost(other)
        case "^": isCaret(other)
        case "~", "~>": isTilde(other)
        default: isOpen ? isTilde(other) : other == version
        }
    }

    /// Whether as many numbers as are given are the same.
    private func sharesNumbers(_ other: ChartVersion, _ count: Int) -> Bool {
        other.numbers.prefix(count).elementsEqual(version.numbers.prefix(count))
    }

    private func isOther(_ other: ChartVersion) -> Bool {
        // `!=*` refuses zero alone.
        guard isOpen, given > 0 else { return other != version }
        guard sharesNumbers(other, given) else { return true }
        return given == 2 && other.beforeRelease != version.beforeRelease
    }

    private func isGreater(_ other: ChartVersion) -> Bool {
        guard isOpen, given > 0 else { return other > version }
        return version.numbers.prefix(given).lexicographicallyPrecedes(other.numbers.prefix(given))
    }

    private func isAtMost(_ other: ChartVersion) -> Bool {
        guard isOpen else { return other <= version }
        // For `<=*`, Helm looks at the first two numbers, which are zeros.
        let count = given == 1 ? 1 : 2
        return !version.numbers.prefix(count).lexicographicallyPrecedes(other.numbers.prefix(count))
    }

    /// The last number may be larger, or the last two where the second is not given.
    private func isTilde(_ other: ChartVersion) -> Bool {
        guard other >= version else { return false }
        if version.numbers == [0, 0, 0], given == 0 || given == 3 { return true }
        return sharesNumbers(other, given == 1 ? 1 : 2)
    }

    /// All behind the first number that is no zero may be larger.
    private func isCaret(_ other: ChartVersion) -> Bool {
        guard other >= version else { return false }
        if version.numbers[0] > 0 || given == 1 { return sharesNumbers(other, 1) }
        if version.numbers[1] > 0 || given == 2 { return sharesNumbers(other, 2) }
        return sharesNumbers(other, 3)
    }
}
