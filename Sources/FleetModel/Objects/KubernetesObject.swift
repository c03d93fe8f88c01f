import Texts

/// An object as helm renders it.
package struct KubernetesObject: Sendable, Equatable {
    /// What becomes of an object at an upgrade. Sources: helm.sh/docs/topics/charts_hooks, /chart_best_practices/custom_resource_definitions.
    package enum Section: UInt8, Sendable, CaseIterable {
        /// Helm brings it to what is rendered.
        case release
        /// It is made anew, and runs before or after.
        case hook
        /// It runs when somebody asks for a test.
        case test
        /// It comes from the folder `crds` of a chart: helm makes it once and never changes it.
        case definition
        /// It belongs to another namespace than that of the release.
        case elsewhere
    }

    package let identity: ObjectIdentity
    package let section: Section
    /// The template that it was rendered from, such as `basehub/templates/homes/deployment.yaml`.
    package let template: String
    package let body: Value

    package init(identity: ObjectIdentity, section: Section, template: String, body: Value) {
        self.identity = identity
        self.section = section
        self.template = template
        self.body = body
    }
}

/// What tells an object from others of its release: group, kind, namespace and name. Another version of the same group is
/// a change of the object.
package struct ObjectIdentity: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let group: String
    package let kind: String
    /// Nil when it says none: it lies in that of its release, or in none.
    package let namespace: String?
    package let name: String

    package init(group: String, kind: String, namespace: String?, name: String) {
        self.group = group
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    /// The same under another name.
    package func named(_ name: String) -> ObjectIdentity {
        ObjectIdentity(group: group, kind: kind, namespace: namespace, name: name)
    }

    /// The same with a mark in the place of what tells a secret.
    func masked(where tells: (String) -> Bool) -> ObjectIdentity {
        ObjectIdentity(
            group: group, kind: kind, namespace: namespace.map { tells($0) ? Secret.mask : $0 },
            name: tells(name) ? Secret.mask : name)
    }

    package var description: String { "\(kind) \(namespace.map { "\($0)/" } ?? "")\(name)" }

    private var parts: [ExactText] { [kind.exact, name.exact, (namespace ?? "").exact, group.exact] }

    package static func == (left: ObjectIdentity, right: ObjectIdentity) -> Bool { left.parts == right.parts }
    package static func < (left: ObjectIdentity, right: ObjectIdentity) -> Bool {
        left.parts.lexicographicallyPrecedes(right.parts)
    }
    package func hash(into hasher: inout Hasher) { hasher.combine(parts) }
}
