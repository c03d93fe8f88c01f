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
        /// Why it may be none, of what only this rule knows; nil where it is sure.
        let doubt: String?

        init(
            _ message: String, advice: String? = nil, at place: SourceLocation, related: [SourceLocation] = [],
            doubt: String? = nil
        ) {
            self.doubt = doubt
            self.message = message
            self.advice = advice
            self.place = place
            self.related = related
        }
    }

    /// What a fault is made of.
    enum Judging: Sendable {
        /// Of what stands in the values.
        case presence
        /// Of what stands nowhere: it cannot be judged where a layer or a chart's values are not at hand.
        case absence
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
        /// The hubs of a cluster, with their effective values.
        case neighbours(@Sendable ([HubFacts]) -> [Fault])
        /// The objects that helm makes of a release.
        case rendered(@Sendable (RenderedFacts) -> [ObjectFault])
    }

    /// Its stable name, such as `auth/admin-refused`, by which `fleet.yaml` switches it.
    package let id: String
    package let severity: Finding.Severity
    /// What must hold, in one sentence.
    package let title: String
    /// What happens otherwise.
    package let reason: String
    let judging: Judging
    let check: Check

    init(
        _ id: String, _ severity: Finding.Severity, _ title: String, because reason: String,
        judging: Judging = .presence, _ check: Check
    ) {
        self.id = id
        self.severity = severity
        self.title = title
        self.reason = reason
        self.judging = judging
        self.check = check
    }

    fileprivate func findings(_ faults: [Fault], knowing knowledge: HubKnowledge? = nil) -> [Finding] {
        faults.compactMap { fault in
            let places = [fault.place] + fault.related
            if knowledge?.isReplaced(places) == true { return nil }
            let doubt =
                fault.doubt ?? (judging == .absence ? knowledge?.unknownDefaults : nil) ?? knowledge?.doubt(at: places)
            let advice = doubt.map { "this cannot be known here: \($0)" } ?? fault.advice
            return Finding(
                doubt == nil ? severity : .note, rule: id, fault.message, advice: advice, at: fault.place,
                related: fault.related)
        }
    }
}

/// All rules.
package enum RuleBook {
    package static let rules: [Rule] =
        AccessRules.rules + ProviderRules.rules + PasswordRules.rules + LoginSettingsRules.rules + SettingRules.rules
        + ProfileRules.rules + ProfileKindRules.rules + ImageRules.rules + ServerRules.rules + ResourceRules.rules
        + StorageRules.rules + VolumeRules.rules + DomainRules.rules + OperationRules.rules + ServiceRules.rules
        + SecretRules.rules + LayerRules.rules + APIRules.rules + ReferenceRules.rules + ServiceObjectRules.rules
        + ClusterOfferRules.rules + PodRules.rules

    /// Rules that judge the type of one value, as the schemas of charts do.
    package static let ofTypes: Set<String> = ["operation/culler-type", "servers/text-value"]

    package static func rule(_ id: String) -> Rule? { byID[id] }

    private static let byID = Dictionary(uniqueKeysWithValues: rules.map { ($0.id, $0) })

    /// What all rules say about a hub.
    package static func findings(for facts: HubFacts) -> [Finding] {
        rules.flatMap { rule -> [Finding] in
            switch rule.check {
            case .hub(let check): rule.findings(check(facts), knowing: facts.knowledge)
            case .values(let check): rule.findings(check(facts.effective), knowing: facts.knowledge)
            case .cluster, .layer, .neighbours, .rendered: []
            }
        }
    }

    /// What the rules say about hubs of one cluster beside each other.
    package static func findings(for hubs: [HubFacts]) -> [Finding] {
        rules.flatMap { rule -> [Finding] in
            if case .neighbours(let check) = rule.check { rule.findings(check(hubs)) } else { [] }
        }
    }

    /// What the rules say about support services, of which they know no settings.
    package static func findings(for values: EffectiveValues) -> [Finding] {
        let knowledge = HubKnowledge(values)
        return rules.flatMap { rule -> [Finding] in
            if case .values(let check) = rule.check { rule.findings(check(values), knowing: knowledge) } else { [] }
        }
    }

    package static func findings(for cluster: Cluster) -> [Finding] {
        rules.flatMap { rule -> [Finding] in
            if case .cluster(let check) = rule.check { rule.findings(check(cluster)) } else { [] }
        }
    }

    /// What the rules say about a file by itself, and about what an encrypted one leaves readable on purpose.
    package static func findings(for layer: Layer) -> [Finding] {
        let open = layer.open.map { Layer(kind: .file, file: layer.file, values: $0) }
        return rules.flatMap { rule -> [Finding] in
            guard case .layer(let check) = rule.check else { return [] }
            return rule.findings(check(layer) + (open.map(check) ?? []))
        }
    }

    /// What the rules say about rendered objects.
    package static func faults(in facts: RenderedFacts) -> [RenderedFault] {
        rules.flatMap { rule -> [RenderedFault] in
            guard case .rendered(let check) = rule.check else { return [] }
            return check(facts).map { RenderedFault(rule: rule, fault: $0) }
        }
    }
}
