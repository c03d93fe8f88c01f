import FleetModel
import Releases
import Texts

/// Changes that are the same in several releases, each said once.
package struct DifferenceSummary: Sendable {
    /// One change, with the releases that it is in.
    package struct Row: Sendable, Equatable {
        package enum Change: Sendable, Hashable {
            case object(ObjectDifference.Change)
            /// Before and after; nil where it is not there.
            case field(path: String, before: String?, after: String?)
            /// It starts anew because of what it sums up.
            case restart(because: String)
        }

        /// `KIND NAME`.
        package let object: String
        package let section: KubernetesObject.Section
        package let change: Change
        /// In the order in which they were compared.
        package let releases: [String]
        /// The clusters that they are on.
        package let clusters: [String]
    }

    /// Those of most releases first.
    package let rows: [Row]

    package init(_ differences: [ReleaseDifference]) {
        var releases: [Key: [Release]] = [:]
        var order: [Key] = []
        for difference in differences {
            for key in Set(difference.objects.flatMap(Self.keys)) {
                if releases[key] == nil { order.append(key) }
                releases[key, default: []].append(difference.release)
            }
        }
        rows = order.map { key in
            let releases = releases[key] ?? []
            return Row(
                object: key.object, section: key.section, change: key.change, releases: releases.map(\.id),
                clusters: Set(releases.map(\.cluster.name.value)).sortedByBytes())
        }.sorted { left, right in
            if left.releases.count != right.releases.count { return left.releases.count > right.releases.count }
            return left.text.exact < right.text.exact
        }
    }

    private struct Key: Hashable {
        let object: String
        let section: KubernetesObject.Section
        /// Of hidden values the marks alone: which communities have equal secrets is not told.
        let change: Row.Change
    }

    private static func keys(of object: ObjectDifference) -> [Key] {
        let name = "\(object.identity.kind) \(object.identity.name)"
        func key(_ change: Row.Change) -> Key { Key(object: name, section: object.section, change: change) }
        guard object.change == .changed else { return [key(.object(object.change))] }
        let fields = object.fields.map { field in
            key(.field(path: field.path, before: field.before?.shown, after: field.after?.shown))
        }
        let because = object.because.isEmpty ? [] : [key(.restart(because: object.because.joined(separator: ", ")))]
        return fields + because
    }
}

extension DifferenceSummary.Row {
    /// For a stable order.
    fileprivate var text: String { "\(section.rawValue) \(object) \(change)" }
}
