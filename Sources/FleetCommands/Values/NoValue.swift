import FleetModel

/// A path that leads nowhere.
struct NoValue: Error, Equatable, CustomStringConvertible {
    let description: String

    init(path: ValuePath, values: EffectiveValues) {
        let advice = values.suggestion(for: path).map { "; did you mean \($0)?" } ?? ""
        description = "no layer sets \(path)\(advice)"
    }
}
