/// One release, rendered several times so that it can be told what makes each of its fields.
package struct Renderings: Sendable {
    /// What other secrets make of it.
    package enum Varied: Sendable {
        /// It has no secrets.
        case withoutSecrets
        /// Rendered with other secrets.
        case rendered([KubernetesObject])
        /// It cannot be rendered with others, so any value may come from one.
        case unknown
    }

    package let real: [KubernetesObject]
    /// Rendered again with the same values.
    package let again: [KubernetesObject]
    package let varied: Varied

    package init(real: [KubernetesObject], again: [KubernetesObject], varied: Varied) {
        self.real = real
        self.again = again
        self.varied = varied
    }

    /// How names and hidden values are made fit to be kept.
    package struct Sealing: Sendable {
        /// A digest, made with a key.
        let seal: @Sendable (String) -> String
        /// Whether a text that is no value, such as a name, holds a secret.
        let tells: @Sendable (String) -> Bool

        package init(seal: @escaping @Sendable (String) -> String, tells: @escaping @Sendable (String) -> Bool) {
            self.seal = seal
            self.tells = tells
        }
    }

    /// The objects as they may be kept, sorted.
    package func sheets(_ sealing: Sealing) -> [ObjectSheet] {
        let again = Twins(self.again)
        let varied: Twins? =
            switch self.varied {
            case .withoutSecrets: nil
            case .rendered(let objects): Twins(objects)
            case .unknown: Twins([])
            }
        var ordinals: [ObjectIdentity: Int] = [:]
        return Twins.pairs(real, with: again).map { object, second, name in
            let other = varied.map { $0.same(as: object) }
            var identity = name.map(object.identity.named) ?? object.identity
            if case .some(.none) = other { identity = identity.masked(where: sealing.tells) }
            ordinals[identity, default: 0] += 1
            if let ordinal = ordinals[identity], ordinal > 1 {
                identity = identity.named("\(identity.name)#\(ordinal)")
            }
            return sheet(of: object, as: identity, again: second, varied: other, sealing)
        }.sorted { ($0.section.rawValue, $0.identity) < ($1.section.rawValue, $1.identity) }
    }

    private func sheet(
        of object: KubernetesObject, as identity: ObjectIdentity, again: KubernetesObject?,
        varied: KubernetesObject??, _ sealing: Sealing
    ) -> ObjectSheet {
        let body = object.plainBody
        let forms = FieldForms(
            real: body, again: again?.plainBody, varied: varied.map { $0?.plainBody } ?? .some(body))
        return ObjectSheet(
            identity: identity, section: object.section, template: object.template,
            references: object.references.filter { !sealing.tells($0.name) },
            fields: FieldWalk.fields(of: forms, sealing))
    }
}

/// The objects of another rendering, by what tells them apart.
private struct Twins {
    private let objects: [ObjectIdentity: KubernetesObject]

    init(_ objects: [KubernetesObject]) {
        self.objects = Dictionary(objects.map { ($0.identity, $0) }) { first, _ in first }
    }

    func same(as object: KubernetesObject) -> KubernetesObject? { objects[object.identity] }

    /// Each object with its twin. Where a name is made by chance, objects of one kind and template are twins in their
    /// order, and the name that both have in common comes with them.
    static func pairs(
        _ real: [KubernetesObject], with again: Twins
    ) -> [(KubernetesObject, KubernetesObject?, name: String?)] {
        let known = Set(real.map(\.identity))
        var rest = Dictionary(grouping: again.objects.values.filter { !known.contains($0.identity) }, by: Origin.init)
        for (origin, objects) in rest { rest[origin] = objects.sorted { $0.identity > $1.identity } }
        return real.sorted { $0.identity < $1.identity }.map { object in
            if let twin = again.same(as: object) { return (object, twin, nil) }
            guard let twin = rest[Origin(object)]?.popLast() else { return (object, nil, nil) }
            let name = CommonText.of([object.identity.name, twin.identity.name], mark: ObjectField.chance)
            return (object, twin, name)
        }
    }

    private struct Origin: Hashable {
        let kind: String
        let template: String

        init(_ object: KubernetesObject) {
            kind = object.identity.kind
            template = object.template
        }
    }
}
