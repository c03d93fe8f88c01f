/// An object as it may be kept, compared and shown: every field with its path, and nothing of a secret.
package struct ObjectSheet: Sendable, Equatable {
    package let identity: ObjectIdentity
    package let section: KubernetesObject.Section
    /// The template that it was rendered from.
    package let template: String
    package let references: [ObjectReference]
    package let fields: [ObjectField]

    package init(
        identity: ObjectIdentity, section: KubernetesObject.Section, template: String, references: [ObjectReference],
        fields: [ObjectField]
    ) {
        self.identity = identity
        self.section = section
        self.template = template
        self.references = references
        self.fields = fields
    }
}

/// One field of an object that has no fields below it.
package struct ObjectField: Sendable, Equatable {
    /// What is known of its value.
    package enum Kind: UInt8, Sendable {
        /// `shown` is all of it.
        case plain
        /// A part of it comes from a secret, or it is only there because of one.
        case hidden
        /// A part of it is another one each time that it is rendered.
        case random
        /// An annotation that sums up other objects, so that pods start anew when these change.
        case checksum
        /// The names of the items of a list in their order.
        case order
        /// What a text that holds a tree has beside the tree, such as comments.
        case form
    }

    /// Such as `spec.containers[name=hub].image`; what a text holds stands behind a colon.
    package let path: String
    package let kind: Kind
    /// The value as people may see it, with marks in the place of what they may not.
    package let shown: String
    /// What tells the value from others where `shown` does not; it is made with a key.
    package let seal: String

    package init(path: String, kind: Kind, shown: String, seal: String) {
        self.path = path
        self.kind = kind
        self.shown = shown
        self.seal = seal
    }

    /// Stands in the place of what is made by chance.
    package static let chance = "~"
}

/// A ConfigMap or a Secret that the pods of an object read, or one key of it.
package struct ObjectReference: Sendable, Hashable {
    /// `KIND NAME`.
    package let name: String
    /// Nil where all of it is read.
    package let key: String?

    package init(name: String, key: String?) {
        self.name = name
        self.key = key
    }
}

/// How the paths of fields are written.
package enum FieldPath {
    /// One key of a map, behind what leads to the map.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - isFirst: whether a tree begins here, so that no dot is needed.
    /// - Returns: the key with a dot before it, or in brackets and quotes.
    package static func step(_ key: String, isFirst: Bool) -> String {
        let isPlain = !key.isEmpty && !key.unicodeScalars.contains { ".[]\" :=".unicodeScalars.contains($0) }
        guard isPlain else { return "[\(key.debugDescription)]" }
        return isFirst ? key : "." + key
    }
}
