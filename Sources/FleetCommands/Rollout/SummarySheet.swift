import FleetModel
import Rollout
import Texts

/// What `diff --summary` prints: each change once, with where it is made.
struct SummarySheet {
    private let summary: DifferenceSummary
    private let differences: [ReleaseDifference]

    init(_ summary: DifferenceSummary, _ differences: [ReleaseDifference]) {
        self.summary = summary
        self.differences = differences
    }

    var text: String {
        let gone = differences.compactMap { difference -> String? in
            switch difference.outcome {
            case .added: "\(difference.release.id.printable) is new"
            case .removed: "\(difference.release.id.printable) is gone"
            case .same, .changed, .failed, .notRendered: nil
            }
        }
        guard !summary.rows.isEmpty else { return gone.isEmpty ? "nothing differs" : gone.joined(separator: "\n") }
        var table = Table("IN", "OBJECT", "CHANGE")
        for row in summary.rows { table.add(Self.place(row), row.object, Self.change(row)) }
        return ([table.text] + gone).joined(separator: "\n")
    }

    private static func place(_ row: DifferenceSummary.Row) -> String {
        if row.releases.count <= 2 { return row.releases.joined(separator: ", ") }
        let clusters = row.clusters.count == 1 ? row.clusters[0] : "\(row.clusters.count) clusters"
        return "\(row.releases.count) releases of \(clusters)"
    }

    /// What becomes of an object, in one line.
    static func change(_ row: DifferenceSummary.Row) -> String {
        let section = row.section.title.map { " (\($0))" } ?? ""
        switch row.change {
        case .object(.added): return "is new" + section
        case .object(.removed): return "is gone" + section
        case .object(.changed): return "changes" + section
        case .restart(let because): return "starts anew, because \(because) changed" + section
        case .field(let path, let before, let after):
            return "\(path): \(FieldText.change(before, after))" + section
        }
    }

    // MARK: - JSON

    /// The JSON form: an interface, so it is a type of its own.
    struct JSON: Encodable {
        struct RowEntry: Encodable {
            let object: String
            let section: String
            /// added, removed, changed or restarted
            let change: String
            let path: String?
            let before: String?
            let after: String?
            let because: String?
            let releases: [String]
        }

        let version = 1
        let changes: [RowEntry]

        enum CodingKeys: CodingKey { case version, changes }
    }

    var json: JSON { JSON(changes: summary.rows.map(Self.entry)) }

    private static func entry(_ row: DifferenceSummary.Row) -> JSON.RowEntry {
        let facts: (word: String, path: String?, before: String?, after: String?, because: String?)
        switch row.change {
        case .object(let change): facts = (change.rawValue, nil, nil, nil, nil)
        case .field(let path, let before, let after): facts = ("changed", path, before, after, nil)
        case .restart(let because): facts = ("restarted", nil, nil, nil, because)
        }
        return JSON.RowEntry(
            object: row.object, section: row.section.word, change: facts.word, path: facts.path, before: facts.before,
            after: facts.after, because: facts.because, releases: row.releases)
    }
}
