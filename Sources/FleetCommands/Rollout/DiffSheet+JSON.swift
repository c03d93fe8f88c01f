import FleetModel
import Rollout

extension DiffSheet {
    /// The JSON form: an interface, so it is a type of its own. Its version changes when a key changes its meaning.
    struct JSON: Encodable {
        struct ReleaseEntry: Encodable {
            let id: String
            /// same, changed, added, removed, failed or notRendered
            let outcome: String
            let reason: String?
            let closed: [String]
            let objects: [ObjectEntry]
        }

        struct ObjectEntry: Encodable {
            let change: String
            let section: String
            let group: String
            let kind: String
            let namespace: String?
            let name: String
            let template: String
            let because: [String]
            let fields: [FieldEntry]
        }

        struct FieldEntry: Encodable {
            let path: String
            let before: String?
            let after: String?
            let isHidden: Bool
            let isFormAlone: Bool
            let lines: [LineEntry]
        }

        struct LineEntry: Encodable {
            let isNew: Bool
            let number: Int
            let text: String
            let within: String?
        }

        let version = 1
        let releases: [ReleaseEntry]

        enum CodingKeys: CodingKey { case version, releases }
    }

    var json: JSON { JSON(releases: entries) }
}

extension ReleaseDifference {
    var json: DiffSheet.JSON.ReleaseEntry {
        DiffSheet.JSON.ReleaseEntry(
            id: release.id, outcome: word, reason: reason, closed: closed, objects: objects.map(\.json))
    }

    private var word: String {
        switch outcome {
        case .same: "same"
        case .changed: "changed"
        case .added: "added"
        case .removed: "removed"
        case .failed: "failed"
        case .notRendered: "notRendered"
        }
    }

    private var reason: String? {
        switch outcome {
        case .failed(let reason), .notRendered(let reason): reason
        case .same, .changed, .added, .removed: nil
        }
    }
}

extension ObjectDifference {
    fileprivate var json: DiffSheet.JSON.ObjectEntry {
        DiffSheet.JSON.ObjectEntry(
            change: change.rawValue, section: section.word, group: identity.group, kind: identity.kind,
            namespace: identity.namespace, name: identity.name, template: template, because: because,
            fields: fields.map(\.json))
    }
}

extension FieldDifference {
    fileprivate var json: DiffSheet.JSON.FieldEntry {
        DiffSheet.JSON.FieldEntry(
            path: path, before: before?.shown, after: after?.shown, isHidden: isHidden, isFormAlone: isFormAlone,
            lines: lines.map {
                DiffSheet.JSON.LineEntry(isNew: $0.isNew, number: $0.number, text: $0.text, within: $0.within)
            })
    }
}
