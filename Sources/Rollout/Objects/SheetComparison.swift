import FleetModel
import Texts

/// Compares two renderings of one release, field by field.
package enum SheetComparison {
    /// What differs, in the order of sections and names. Objects in which nothing does are left out.
    package static func differences(_ before: [ObjectSheet], _ after: [ObjectSheet]) -> [ObjectDifference] {
        let old = Dictionary(before.map { (Place($0), $0) }) { first, _ in first }
        let new = Dictionary(after.map { (Place($0), $0) }) { first, _ in first }
        let places = Set(old.keys).union(new.keys).sorted()
        let fields = places.compactMap { place -> (Place, [FieldDifference])? in
            guard let one = old[place], let other = new[place] else { return nil }
            return (place, FieldComparison.differences(one, other))
        }
        let fieldsOf = Dictionary(fields) { first, _ in first }
        let changed = ChangedSources(
            places.filter { old[$0] == nil || new[$0] == nil }.map(\.identity),
            fieldsOf.map { ($0.key.identity, $0.value) })
        return places.compactMap { place in
            switch (old[place], new[place]) {
            case (nil, let sheet?): whole(sheet, .added)
            case (let sheet?, nil): whole(sheet, .removed)
            case (_, let sheet?): object(sheet, fieldsOf[place] ?? [], because: changed.read(by: sheet))
            case (nil, nil): nil
            }
        }
    }

    /// Where an object stands: one that becomes a hook is another one.
    private struct Place: Hashable, Comparable {
        let section: KubernetesObject.Section
        let identity: ObjectIdentity

        init(_ sheet: ObjectSheet) {
            section = sheet.section
            identity = sheet.identity
        }

        static func < (left: Place, right: Place) -> Bool {
            (left.section.rawValue, left.identity) < (right.section.rawValue, right.identity)
        }
    }

    private static func whole(_ sheet: ObjectSheet, _ change: ObjectDifference.Change) -> ObjectDifference {
        let fields = sheet.fields.filter { ![.order, .form].contains($0.kind) }.map { field in
            FieldDifference(
                path: field.path, before: change == .removed ? field : nil, after: change == .added ? field : nil,
                lines: [])
        }
        return ObjectDifference(
            change: change, identity: sheet.identity, section: sheet.section, template: sheet.template, fields: fields,
            because: [])
    }

    private static func object(
        _ sheet: ObjectSheet, _ fields: [FieldDifference], because: [String]
    ) -> ObjectDifference? {
        let hasSums = sheet.fields.contains { $0.kind == .checksum }
        let because = hasSums ? because : []
        // The sums only say again what the objects say that they sum up.
        let own = because.isEmpty ? fields : fields.filter { $0.after?.kind != .checksum }
        guard !own.isEmpty || !because.isEmpty else { return nil }
        return ObjectDifference(
            change: .changed, identity: sheet.identity, section: sheet.section, template: sheet.template, fields: own,
            because: because)
    }
}

/// The ConfigMaps and Secrets that changed, and what of them.
struct ChangedSources: Sendable {
    /// Paths that differ, by `KIND NAME`; nil for an object that is new or gone.
    private var paths: [ExactText: [String]?] = [:]

    init(_ whole: [ObjectIdentity], _ changed: [(ObjectIdentity, [FieldDifference])]) {
        for identity in whole { paths.updateValue(nil, forKey: "\(identity.kind) \(identity.name)".exact) }
        for (identity, fields) in changed where !fields.isEmpty {
            paths["\(identity.kind) \(identity.name)".exact] = fields.map(\.path)
        }
    }

    /// Those that a pod of the object reads, where what it reads of them changed.
    func read(by sheet: ObjectSheet) -> [String] {
        let read = sheet.references.filter { reference in
            guard let changed = paths[reference.name.exact] else { return false }
            guard let changed, let key = reference.key else { return true }
            return changed.contains { ["data", "stringData", "binaryData"].contains(where: $0.isOf(key)) }
        }
        return Set(read.map(\.name)).sortedByBytes()
    }
}

extension String {
    /// Whether a path leads into a key of one of the maps of a ConfigMap or Secret.
    fileprivate func isOf(_ key: String) -> (_ map: String) -> Bool {
        { map in
            let step = map + FieldPath.step(key, isFirst: false)
            guard let rest = exact.without(prefix: step.exact) else { return false }
            return rest.isEmpty || ":.[".utf8.contains(rest.utf8.first ?? 0)
        }
    }
}
