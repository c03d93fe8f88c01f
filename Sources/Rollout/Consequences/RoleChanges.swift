import FleetModel
import Texts

/// Where accounts of the cluster may do more than before.
struct RoleChanges: Sendable {
    let state: StateChange

    var observations: [Observation] {
        state.changes.filter { $0.section != .test && $0.after != nil && $0.group == "rbac.authorization.k8s.io" }
            .flatMap { change in
                ["Role", "ClusterRole"].contains(change.kind) ? rules(change) : bindings(change)
            } + accounts
    }

    // MARK: - Rules

    private func rules(_ change: ObjectChange) -> [Observation] {
        guard let after = change.after else { return [] }
        let known = RoleRule.all(of: change.predecessor)
        let more = RoleRule.all(of: after).filter { rule in !known.contains { $0.covers(rule) } }
        return more.map { rule in
            Observation(.permissionsWiden, proof(change, rule.text))
        }
    }

    private func proof(_ change: ObjectChange, _ text: String) -> Consequence.Proof {
        Consequence.Proof(
            object: change.name, after: text, note: change.before == nil ? "is new" : nil,
            template: change.object?.sheet.template)
    }

    // MARK: - Bindings

    private func bindings(_ change: ObjectChange) -> [Observation] {
        func subjects(_ object: RenderedObject?) -> [[String]] {
            (object?.tree["subjects"]?.members ?? []).map { subject in
                ["kind", "namespace", "name"].map { subject[$0]?.field?.likeness ?? "" }
            }
        }
        let known = Set(subjects(change.predecessor))
        let members = change.after?.tree["subjects"]?.members ?? []
        let role = change.after?.tree["roleRef", "name"]?.text ?? ""
        return zip(subjects(change.after), members).filter { !known.contains($0.0) }.map { _, subject in
            let name = ["kind", "name"].compactMap { subject[$0]?.text }.joined(separator: " ")
            return Observation(.permissionsWiden, proof(change, "\(name) gets the rights of \(role)"))
        }
    }

    // MARK: - Accounts

    /// Annotations give an account the rights of an account of the cloud, such as `eks.amazonaws.com/role-arn`.
    private var accounts: [Observation] {
        state.changes.filter { $0.kind == "ServiceAccount" && $0.before != nil }.flatMap { change in
            change.fields(below: "metadata.annotations").filter { field in
                field.after != nil && !["null", "{}"].contains(field.after?.shown ?? "")
            }.map { Observation(.permissionsWiden, change.proof($0, "it may give rights at the cloud")) }
        }
    }
}

/// One right that a rule gives: one verb for one resource.
struct RoleRule: Sendable {
    private let group: String
    private let resource: String
    private let name: String
    private let verb: String

    /// The rights that a role gives.
    static func all(of role: RenderedObject?) -> [RoleRule] {
        (role?.tree["rules"]?.members ?? []).flatMap { rule -> [RoleRule] in
            let verbs = list(rule, "verbs")
            let names = list(rule, "resourceNames")
            let urls = list(rule, "nonResourceURLs").flatMap { url in
                verbs.map { RoleRule(group: "", resource: url, name: "*", verb: $0) }
            }
            return urls
                + list(rule, "apiGroups").flatMap { group in
                    list(rule, "resources").flatMap { resource in
                        (names.isEmpty ? ["*"] : names).flatMap { name in
                            verbs.map { RoleRule(group: group, resource: resource, name: name, verb: $0) }
                        }
                    }
                }
        }
    }

    private static func list(_ rule: SheetTree, _ key: String) -> [String] {
        (rule[key]?.members ?? []).map { item in
            item.isHidden ? item.field?.likeness ?? "" : item.text ?? ""
        }
    }

    /// Whether it gives at least what another one gives.
    func covers(_ other: RoleRule) -> Bool {
        Self.covers(group, other.group) && Self.covers(resource, other.resource) && Self.covers(name, other.name)
            && Self.covers(verb, other.verb)
    }

    private static func covers(_ mine: String, _ other: String) -> Bool { mine == "*" || mine.exact == other.exact }

    var text: String {
        let of = group.isEmpty ? resource : "\(resource).\(group)"
        let words = "\(verb) \(of)\(name == "*" ? "" : " \(name)")"
        // A seal tells nobody anything.
        return words.split(separator: "\0").first.map(String.init) ?? Secret.mask
    }
}
