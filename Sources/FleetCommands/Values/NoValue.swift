import FleetModel

/// A path that leads nowhere.
struct NoValue: Error, Equatable, CustomStringConvertible {
    let path: ValuePath
    /// The path that was perhaps meant.
    let suggestion: String?

    init(path: ValuePath, values: EffectiveValues) {
        self.path = path
        suggestion = values.suggestion(for: path)
    }

    var description: String { "no layer sets \(path)" + (suggestion.map { "; did you mean \($0)?" } ?? "") }
}
