import FleetModel
import Texts

/// What becomes of one object, with both of its states.
struct ObjectChange: Sendable {
    let place: ObjectPlace
    /// Nil for a new one.
    let before: RenderedObject?
    /// Nil for one that is gone.
    let after: RenderedObject?
    /// The fields that differ; none for one that is new or gone.
    let fields: [FieldDifference]
    /// The object that a new one takes the place of: the only one of its kind and template that is gone. Names of jobs
    /// change with what they do.
    var successorOf: RenderedObject?

    /// What could be done before, by the object itself or by the one whose place it takes.
    var predecessor: RenderedObject? { before ?? successorOf }

    /// The state that there is, the present one first.
    var object: RenderedObject? { after ?? before }
    var kind: String { place.identity.kind }
    var group: String { place.identity.group }
    var section: KubernetesObject.Section { place.section }
    /// `KIND NAME`.
    var name: String { place.identity.description }

    /// Whether helm brings the object to its present state.
    var isApplied: Bool { section == .release || section == .elsewhere }

    /// The fields below a path that differ.
    func fields(below path: String) -> [FieldDifference] { fields.filter { $0.isBelow(path) } }

    // MARK: - Proofs

    func proof(_ note: String? = nil) -> Consequence.Proof {
        let what = before == nil ? "is new" : after == nil ? "is gone" : nil
        let words = [what, note].compactMap { $0 }.joined(separator: "; ")
        return Consequence.Proof(object: name, note: words.isEmpty ? nil : words, template: object?.sheet.template)
    }

    func proof(_ field: FieldDifference, _ note: String? = nil) -> Consequence.Proof {
        Consequence.Proof(
            object: name, path: field.path, before: field.before?.shown, after: field.after?.shown,
            isHidden: field.isHidden, note: note, template: object?.sheet.template)
    }

    /// Whether any of several things that show a change are of a field.
    func covers(_ field: FieldDifference, by proofs: Set<Consequence.Proof.Key>) -> Bool {
        proofs.contains(Consequence.Proof.Key(object: name, path: field.path))
            || proofs.contains(Consequence.Proof.Key(object: name, path: nil))
    }
}

extension Consequence.Proof {
    /// What a proof is of.
    struct Key: Hashable {
        let object: String?
        let path: String?
    }

    var key: Key { Key(object: object, path: path) }
}

extension FieldDifference {
    /// Whether the field is the one at a path, or below it.
    func isBelow(_ path: String) -> Bool {
        guard let rest = self.path.exact.without(prefix: path.exact) else { return false }
        return rest.isEmpty || ".[:".utf8.contains(rest.utf8.first ?? 0)
    }

    var steps: [FieldStep] { FieldPath.steps(path) }
}

/// One thing that shows a consequence.
struct Observation: Sendable {
    let kind: Consequence.Kind
    let proof: Consequence.Proof
    var isOfFirstUpgrade = false

    init(_ kind: Consequence.Kind, _ proof: Consequence.Proof, isOfFirstUpgrade: Bool = false) {
        self.kind = kind
        self.proof = proof
        self.isOfFirstUpgrade = isOfFirstUpgrade
    }
}

/// Both states of a release, with what differs.
struct StateChange: Sendable {
    let before: RenderedState
    let after: RenderedState
    let changes: [ObjectChange]
    /// Which of ConfigMaps and Secrets changed, and what of them.
    let sources: ChangedSources

    init(_ old: [ObjectSheet], _ new: [ObjectSheet]) {
        let (before, after) = (RenderedState(old), RenderedState(new))
        self.before = before
        self.after = after
        let places = Set(before.objects.keys).union(after.objects.keys).sorted()
        let changes = places.compactMap { place -> ObjectChange? in
            let (one, other) = (before.objects[place], after.objects[place])
            guard let one, let other else {
                return ObjectChange(place: place, before: one, after: other, fields: [])
            }
            let fields = FieldComparison.differences(one.sheet, other.sheet)
            return fields.isEmpty ? nil : ObjectChange(place: place, before: one, after: other, fields: fields)
        }
        self.changes = Self.followed(changes)
        sources = ChangedSources(
            changes.filter { $0.before == nil || $0.after == nil }.map(\.place.identity),
            changes.map { ($0.place.identity, $0.fields) })
    }

    /// The changes, in which new objects know those whose places they take.
    private static func followed(_ changes: [ObjectChange]) -> [ObjectChange] {
        func origin(_ change: ObjectChange) -> [String] {
            ["\(change.section)", change.group, change.kind, change.object?.sheet.template ?? ""]
        }
        let gone = Dictionary(grouping: changes.filter { $0.after == nil }, by: origin)
        let new = Dictionary(grouping: changes.filter { $0.before == nil }, by: origin)
        return changes.map { change in
            guard change.before == nil, let old = gone[origin(change)], old.count == 1, new[origin(change)]?.count == 1
            else { return change }
            var change = change
            change.successorOf = old[0].before
            return change
        }
    }
}
