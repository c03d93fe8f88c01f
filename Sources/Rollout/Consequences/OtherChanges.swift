import FleetModel
import Texts

/// What nothing graver was said of: it holds at once, or changes nothing that runs. No difference is passed over.
struct OtherChanges: Sendable {
    let state: StateChange
    /// What other consequences were shown by.
    let known: Set<Consequence.Proof.Key>
    /// The workloads that start anew.
    let restarting: Set<ExactText>

    var observations: [Observation] {
        state.changes.flatMap { change -> [Observation] in
            if change.before == nil || change.after == nil { return whole(change) }
            return change.fields.filter { !change.covers($0, by: known) }.map { field in
                let (kind, note) = effect(of: field, change)
                return Observation(kind, change.proof(field, note))
            }
        }
    }

    // MARK: - Objects that come and go

    private func whole(_ change: ObjectChange) -> [Observation] {
        guard !known.contains(Consequence.Proof.Key(object: change.name, path: nil)) else { return [] }
        switch change.section {
        case .hook: return [Observation(.atOnce, change.proof("a hook runs at each upgrade"))]
        case .test: return [Observation(.nothing, change.proof("a test runs when somebody asks"))]
        case .definition: return [definition(change)]
        case .release, .elsewhere: break
        }
        if change.after == nil, change.before?.isKept == true {
            return [Observation(.nothing, change.proof("helm leaves it where it is"))]
        }
        return [Observation(.atOnce, change.proof())]
    }

    /// Source: helm.sh/docs/chart_best_practices/custom_resource_definitions.
    private func definition(_ change: ObjectChange, _ field: FieldDifference? = nil) -> Observation {
        if change.before == nil { return Observation(.atOnce, change.proof("helm makes it where it is not there yet")) }
        if change.after == nil { return Observation(.nothing, change.proof("helm leaves it where it is")) }
        let note = "helm never changes definitions of a crds folder; it has to be applied by hand"
        return Observation(.refused, field.map { change.proof($0, note) } ?? change.proof(note))
    }

    // MARK: - Fields

    private func effect(of field: FieldDifference, _ change: ObjectChange) -> (Consequence.Kind, String?) {
        switch change.section {
        case .hook: return (.atOnce, "a hook runs at each upgrade")
        case .test: return (.nothing, "a test runs when somebody asks")
        case .definition: return (.refused, definition(change).proof.note)
        case .release, .elsewhere: break
        }
        if field.isBelow("metadata") { return metadata(field, change) }
        switch change.kind {
        case "ConfigMap", "Secret": return source(field, change)
        case _ where change.after?.isWorkload == true:
            if field.isBelow("spec.replicas") { return (.atOnce, "pods come or go; those that stay run on") }
            return (.nothing, "it counts when its pods start anew")
        case "CronJob": return (.atOnce, "it counts from its next run on")
        default: return (.atOnce, field.isFormAlone ? "comments, order or spelling of a text" : nil)
        }
    }

    /// Annotations tell controllers what to do; labels are for finding things.
    private func metadata(_ field: FieldDifference, _ change: ObjectChange) -> (Consequence.Kind, String?) {
        let isForControllers = !["ConfigMap", "Secret"].contains(change.kind) && change.after?.isWorkload != true
        let tells = field.isBelow("metadata.annotations") || change.kind == "Namespace"
        if isForControllers, tells { return (.atOnce, "controllers read it") }
        return (.nothing, nil)
    }

    /// What pods read: those that start anew have it then; files of others follow, their variables do not.
    private func source(_ field: FieldDifference, _ change: ObjectChange) -> (Consequence.Kind, String?) {
        guard let object = change.after else { return (.atOnce, nil) }
        let reference = object.name.exact
        let readers = state.after.sorted.filter { reader in
            reader.sheet.references.contains { $0.name.exact == reference && isOf($0.key, field) }
        }
        if readers.isEmpty {
            return state.after.isRead(object)
                ? (.nothing, "no pod of this release reads it") : (.atOnce, "whoever reads it, reads it anew")
        }
        let others = readers.filter { !restarting.contains($0.sheet.identity.description.exact) }
        guard !others.isEmpty else { return (restart(of: readers), "\(Self.names(readers)) reads it") }
        let following = others.filter { $0.mountsWhole(object) }
        return following.isEmpty
            ? (.nothing, "\(Self.names(others)) reads it when it starts anew")
            : (.atOnce, "\(Self.names(following)) finds it in its files within two minutes")
    }

    private func isOf(_ key: String?, _ field: FieldDifference) -> Bool {
        guard let key else { return true }
        guard case .key(let own)? = field.steps.dropFirst().first else { return false }
        return own == key.exact
    }

    /// The class of what is shown by a restart already.
    private func restart(of readers: [RenderedObject]) -> Consequence.Kind {
        let roles = readers.map(state.after.role)
        return roles.contains(.proxy) ? .proxyRestarts : roles.contains(.hub) ? .hubRestarts : .othersRestart
    }

    private static func names(_ objects: [RenderedObject]) -> String {
        objects.map(\.sheet.identity.description).joined(separator: ", ")
    }
}

extension RenderedObject {
    /// Whether its containers have the files of a ConfigMap or Secret in a way that follows changes: not as variables, and
    /// not one by one. Source: Kubernetes' page on ConfigMaps, "Mounted ConfigMaps are updated automatically".
    fileprivate func mountsWhole(_ object: RenderedObject) -> Bool {
        let name = object.sheet.identity.name
        let key = object.kind == "Secret" ? "secret" : "configMap"
        let volumes = (pods?["volumes"]?.members ?? []).filter { volume in
            let sources = [volume[key]] + (volume["projected", "sources"]?.members ?? []).map { $0[key] }
            return sources.contains { ($0?["secretName"] ?? $0?["name"])?.text == name }
        }.compactMap { $0["name"]?.text }
        return containers.contains { container in
            (container["volumeMounts"]?.members ?? []).contains { mount in
                mount["subPath"] == nil && mount["subPathExpr"] == nil
                    && volumes.contains(mount["name"]?.text ?? "")
            }
        }
    }
}
