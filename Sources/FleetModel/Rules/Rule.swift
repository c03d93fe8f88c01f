/// A check over several settings at once: each may be right alone, together they are not.
///
/// docs/rules.md has a section for each, with an example that fails and one that passes; tests run both.
package struct Rule: Sendable {
    /// Something that the rule found.
    package struct Fault: Sendable {
        let message: String
        let advice: String?
        let place: SourceLocation
        let related: [SourceLocation]

        init(_ message: String, advice: String? = nil, at place: SourceLocation, related: [SourceLocation] = []) {
            self.message = message
            self.advice = advice
            self.place = place
            self.related = related
        }
    }

    /// What a rule looks at.
    enum Check: Sendable {
        /// The effective values of a hub.
        case hub(@Sendable (HubFacts) -> [Fault])
        /// The hubs of a cluster.
        case cluster(@Sendable (Cluster) -> [Fault])
        /// The values that one file sets.
        case layer(@Sendable (Layer) -> [Fault])
        /// The effective values of a hub or of support services, with the layers that make them.
        case values(@Sendable (EffectiveValues) -> [Fault])
    }

    /// Its stable name, such as `auth/admin-refused`, by which `fleet.yaml` switches it.
    package let id: String
    package let severity: Finding.Severity
    /// What must hold, in one sentence.
    package let title: String
    /// What happens otherwise.
    package let reason: String
    let check: Check

    init(_ id: String, _ severity: Finding.Severity, _ title: String, because reason: String, _ check: Check) {
        self.id = id
        self.severity = severity
        self.title = title
        self.reason = reason
        self.check = check
    }

    fileprivate func findings(_ faults: [Fault]) -> [Finding] {
        faults.map {
            Finding(severity, rule: id, $0.message, advice: $0.advice, at: $0.place, related: $0.related)
        }
    }
}

/// All rules.
package enum RuleBook {
    package static let rules: [Rule] =
        AccessRules.rules + PasswordRules.rules + LoginSettingsRules.rules + ProfileRules.rules + ImageRules.rules
        + ResourceRules.rules + StorageRules.rules + DomainRules.rules + OperationRules.rules + ServiceRules.rules
        + SecretRules.rules + LayerRules.rules

    package static func rule(_ id: String) -> Rule? { byID[id] }

    private static let byID = Dictionary(uniqueKeysWithValues: rules.map { ($0.id, $0) })

    /// What all rules say about a hub.
    package static func findings(for facts: HubFacts) -> [Finding] {
        rules.flatMap { rule -> [Finding] in
            switch rule.check {
            case .hub(let check): rule.findings(check(facts))
            case .values(let check): rule.findings(check(facts.effective))
            case .cluster, .layer: []
            }
        }
    }

    /// What the rules say about support services, of which they know no settings.
    package static func findings(for values: EffectiveValues) -> [Finding] {
        rules.flatMap { rule -> [Finding] in
            if case .values(let check) = rule.check { rule.findings(check(values)) } else { [] }
        }
    }

    package static func findings(for cluster: Cluster) -> [Finding] {
        rules.flatMap { rule -> [Finding] in
            if case .cluster(let check) = rule.check { rule.findings(check(cluster)) } else { [] }
        }
    }

    package static func findings(for layer: Layer) -> [Finding] {
        rules.flatMap { rule -> [Finding] in
            if case .layer(let check) = rule.check { rule.findings(check(layer)) } else { [] }
        }
    }
}
