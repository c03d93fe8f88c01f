import FleetModel

/// A path that leads nowhere.
struct NoValue: Error, Equatable, CustomStringConvertible {
    let path: ValuePath
    /// The path that was perhaps meant.
    let suggestion: String?
    /// The null that took the value away, where one did.
    let null: SourceLocation?

    init(path: ValuePath, values: EffectiveValues) {
        self.path = path
        let keys = path.steps.compactMap { if case .key(let key) = $0 { key } else { nil } }
        null = keys.count == path.steps.count ? values.null(at: keys)?.place : nil
        suggestion = values.suggestion(for: path)
    }

    var description: String {
        if let null { return "\(path) is removed by a null at \(null); `hubfleet explain` shows what it removed" }
        return "no layer sets \(path)" + (suggestion.map { "; did you mean \($0)?" } ?? "")
    }
}
