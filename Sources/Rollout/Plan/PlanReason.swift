import FleetModel
import Texts

/// One reason why a release has to be deployed: what differs between two states of a fleet, with the place on each side.
package struct PlanReason: Sendable, Equatable {
    /// The kinds of reasons. Their texts stand in saved plans.
    package enum Kind: String, Sendable, CaseIterable {
        /// The release is not in the state before.
        case new
        /// The hub had another name before.
        case moved
        /// It goes to another cluster, or with another name.
        case target
        /// The file with the credentials of the cluster holds something else.
        case credentials
        /// What replaces the domain of the hub.
        case domain
        /// An effective value.
        case value
        /// An effective value from an encrypted file, compared in the memory.
        case secret
        /// A value in an encrypted file that cannot be opened here: it was changed, or encrypted anew.
        case sealed
        /// The release is made of another chart.
        case chart
        /// What the Chart.yaml says of the chart.
        case chartMetadata = "chart-metadata"
        /// A chart that the chart depends on.
        case dependency
        /// A chart below the chart is switched on or off.
        case subchart
        /// A template of the chart, or a file that its templates read.
        case template
        /// A label of the change request asks for it.
        case label
    }

    /// One state of what differs.
    package struct Side: Sendable, Equatable {
        /// Nil where there is nothing, or nothing to show.
        package let value: Value?
        package let place: SourceLocation?

        package init(_ value: Value? = nil, at place: SourceLocation? = nil) {
            self.value = value
            self.place = place ?? value?.location
        }

        package init(_ text: Located<String>) {
            self.init(Value(.string(text.value), at: text.location))
        }
    }

    package let kind: Kind
    /// The path of a value, the path of a file, or the name of a fact.
    package let subject: String
    package let before: Side
    package let after: Side
    /// What made it differ, where that is not at its places: files that a jsonnet file imports, variables.
    package let causes: [String]

    package init(_ kind: Kind, _ subject: String, before: Side = Side(), after: Side = Side(), causes: [String] = []) {
        self.kind = kind
        self.subject = subject
        self.before = before
        self.after = after
        self.causes = causes
    }

    /// Whether nothing of the values may be shown.
    package var isSecret: Bool {
        [.secret, .sealed, .credentials].contains(kind) || before.value?.containsSecret == true
            || after.value?.containsSecret == true
    }

    /// Whether both say the same of two releases, wherever it stands in their files.
    package func isAlike(_ other: PlanReason) -> Bool { likeness == other.likeness }

    /// What tells a reason from others that say something else.
    package var likeness: ExactText {
        let sides = [before, after].map { side in
            "\(side.value?.oneLine() ?? "-")\0\(isSecret ? side.place?.description ?? "-" : "")"
        }
        return ([kind.rawValue, subject] + sides + causes).joined(separator: "\0").exact
    }
}
