import FleetModel

/// What becomes of one object.
package struct ObjectDifference: Sendable, Equatable {
    package enum Change: String, Sendable {
        case added, removed, changed
    }

    package let change: Change
    package let identity: ObjectIdentity
    package let section: KubernetesObject.Section
    /// The template that it is rendered from; of a removed one, was.
    package let template: String
    /// For a changed object those that differ; for others all of them.
    package let fields: [FieldDifference]
    /// Objects that changed and whose sum stands in this one, so that its pods start anew: `KIND NAME`.
    package let because: [String]
}

/// What becomes of one field.
package struct FieldDifference: Sendable, Equatable {
    /// One line of a text of several.
    package struct Line: Sendable, Equatable {
        /// Whether it comes, or goes.
        package let isNew: Bool
        /// Its number, from 1, in the text that it is of.
        package let number: Int
        package let text: String
        /// The function or class of Python that it stands in.
        package let within: String?
    }

    package let path: String
    /// Nil where it was not there.
    package let before: ObjectField?
    /// Nil where it is not there any more.
    package let after: ObjectField?
    /// The lines that differ, where both are texts of several.
    package let lines: [Line]

    /// Whether people see less than there is: a secret, or what is made by chance.
    package var isHidden: Bool { [before, after].contains { $0?.kind == .hidden } }
    /// Whether nothing differs but comments, order or spelling of a text that holds a tree.
    package var isFormAlone: Bool { [before, after].contains { $0?.kind == .form } }
}
