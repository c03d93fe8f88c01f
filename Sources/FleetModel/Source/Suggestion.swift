import Texts

/// "Did you mean …?" for misspelt names.
package enum Suggestion {
    /// The candidate closest to `word`, if it is near enough to be a slip: at most a third of its letters differ, and no
    /// more than `most`.
    static func closest(to word: String, among candidates: some Sequence<String>, most: Int = .max) -> String? {
        let limit = min(most, max(1, word.count / 3))
        return candidates.sortedByBytes()
            .map { (name: $0, distance: editDistance(word.lowercased(), $0.lowercased(), limit: limit)) }
            .filter { $0.distance <= limit }
            .min { $0.distance < $1.distance }?
            .name
    }

    /// The advice sentence for `word`, or the list of what is allowed when nothing is close.
    package static func advice(for word: String, among candidates: some Collection<String>) -> String {
        if let close = closest(to: word, among: candidates) { return "did you mean \"\(close)\"?" }
        let shown = candidates.sortedByBytes().prefix(20).joined(separator: ", ")
        return "allowed: \(shown)\(candidates.count > 20 ? ", …" : "")"
    }

    /// The number of insertions, deletions, replacements and swaps of neighbours; `limit + 1` when it is more.
    private static func editDistance(_ left: String, _ right: String, limit: Int) -> Int {
        let left = Array(left.unicodeScalars.prefix(100))
        let right = Array(right.unicodeScalars.prefix(100))
        guard abs(left.count - right.count) <= limit else { return limit + 1 }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
