/// Brings together two lists of things that have the same paths. Nearly always they have the same order, and then next to
/// nothing waits for its partner.
struct PathMatching<Left, Right> {
    /// Those that have no partner yet.
    private(set) var left: [String: Left] = [:]
    private(set) var right: [String: Right] = [:]

    /// - Returns: the partner; nil when it is still to come.
    mutating func add(left path: String, _ value: Left) -> Right? {
        if let partner = right.removeValue(forKey: path) { return partner }
        left[path] = value
        return nil
    }

    /// - Returns: the partner; nil when it is still to come.
    mutating func add(right path: String, _ value: Right) -> Left? {
        if let partner = left.removeValue(forKey: path) { return partner }
        right[path] = value
        return nil
    }
}
