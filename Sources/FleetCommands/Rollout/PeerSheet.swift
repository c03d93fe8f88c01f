import FleetModel
import Rollout
import Texts

/// What another deployer would make of the same change.
struct PeerSheet {
    private let comparison: PeerComparison

    init(_ comparison: PeerComparison) {
        self.comparison = comparison
    }

    var text: String {
        let needless = comparison.needless
        let proof = needless.count(where: \.isForProof)
        var lines = [
            "\(comparison.both) in both",
            "\(comparison.missed.count) missed by the other: \(list(comparison.missed))",
            "\(needless.count) deployed by the other for nothing: \(list(needless.map(\.release)))",
        ]
        if proof > 0 { lines.append("    \(proof) of these only because a production hub follows") }
        return "Compared with the other deployer:\n\n" + lines.joined(separator: "\n")
    }

    private func list(_ names: [String]) -> String { names.isEmpty ? "none" : PlanTable.list(names) }

    /// The JSON form.
    var json: JSON {
        JSON(
            both: comparison.both, missed: comparison.missed, needless: comparison.needless.map(\.release),
            needlessForProof: comparison.needless.filter(\.isForProof).map(\.release))
    }

    struct JSON: Encodable {
        let both: Int
        let missed: [String]
        let needless: [String]
        let needlessForProof: [String]
    }
}
