/// Brings together two lists of things that have the same paths. Nearly always they have the same order, and then next to
/// nothing waits for its partner. Paths are compared byte by byte: for Swift, texts that Unicode holds equal are one.
struct PathMatching<Left, Right> {
    /// Things that have no partner yet, by their paths.
    private var left: [[UInt8]: Left] = [:]
    private var right: [[UInt8]: Right] = [:]

    /// Paths that have no partner yet, in order.
    var leftPaths: [String] { Self.texts(left) }
    var rightPaths: [String] { Self.texts(right) }

    /// - Returns: the partner; nil when it is still to come.
    mutating func add(left path: String, _ value: Left) -> Right? {
        let key = Array(path.utf8)
        if let partner = right.removeValue(forKey: key) { return partner }
        left[key] = value
        return nil
    }

    /// - Returns: the partner; nil when it is still to come.
    mutating func add(right path: String, _ value: Right) -> Left? {
        let key = Array(path.utf8)
        if let partner = left.removeValue(forKey: key) { return partner }
        right[key] = value
        return nil
    }

    func waits(right path: String) -> Bool { right[Array(path.utf8)] != nil }

    private static func texts<Value>(_ waiting: [[UInt8]: Value]) -> [String] {
        waiting.keys.map { String(decoding: $0, as: UTF8.self) }.sorted()
    }
}
