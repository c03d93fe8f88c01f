import Texts

/// Brings together two lists of things that have the same paths. Nearly always they have the same order, and then next to
/// nothing waits for its partner.
struct PathMatching<Left, Right> {
    /// Things that have no partner yet, by their paths.
    private var left: [ExactText: Left] = [:]
    private var right: [ExactText: Right] = [:]

    /// Paths that have no partner yet, in order.
    var leftPaths: [String] { Self.texts(left) }
    var rightPaths: [String] { Self.texts(right) }

    /// - Returns: the partner; nil when it is still to come.
    mutating func add(left path: String, _ value: Left) -> Right? {
        let key = path.exact
        if let partner = right.removeValue(forKey: key) { return partner }
        left[key] = value
        return nil
    }

    /// - Returns: the partner; nil when it is still to come.
    mutating func add(right path: String, _ value: Right) -> Left? {
        let key = path.exact
        if let partner = left.removeValue(forKey: key) { return partner }
        right[key] = value
        return nil
    }

    func waits(right path: String) -> Bool { right[path.exact] != nil }

    private static func texts<Value>(_ waiting: [ExactText: Value]) -> [String] {
        waiting.keys.sorted().map(\.text)
    }
}
