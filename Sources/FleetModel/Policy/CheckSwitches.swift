import Texts

/// The switches of a fleet's `checks`: how severe the findings of a rule are.
package struct CheckSwitches: Sendable, Equatable {
    struct Switch: Sendable, Equatable {
        /// Nil keeps the rule's own.
        var severity: Severity?
        var except: [Selector] = []
    }

    enum Severity: Sendable, Equatable {
        case off
        case set(Finding.Severity)
    }

    private var switches: [ExactText: Switch] = [:]

    /// - Returns: the finding as severe as the fleet wants it; nil when it is switched off.
    ///
    /// - Parameters:
    ///   - finding: what a rule found.
    ///   - cluster: the cluster that it is about.
    ///   - hub: the hub that it is about; nil for files, support services and whole clusters.
    package func apply(to finding: Finding, cluster: Cluster, hub: Hub?) -> Finding? {
        guard let entry = switches[finding.rule.exact] else { return finding }
        let isExcept = entry.except.contains { selector in
            hub.map(selector.matches) ?? (selector.hub == nil && selector.matches(cluster))
        }
        if isExcept { return nil }
        switch entry.severity {
        case .off: return nil
        case .set(let severity): return finding.with(severity)
        case nil: return finding
        }
    }

    /// Reads `checks`; its form is checked by the schema already.
    static func read(_ value: Value?, adding findings: [Finding]) -> (CheckSwitches, [Finding]) {
        var result = CheckSwitches()
        var findings = findings
        for (id, place, setting) in value?.pairs ?? [] {
            guard RuleBook.rule(id) != nil else {
                let known = RuleBook.rules.map(\.id)
                findings.append(
                    Finding(
                        rule: "fleet/unknown-rule", "there is no rule \"\(id.printable)\"",
                        advice: Suggestion.closest(to: id, among: known).map { "did you mean \"\($0)\"?" }
                            ?? "docs/rules.md lists all rules", at: place))
                continue
            }
            let severity = (setting.map == nil ? setting : setting["severity"]).flatMap(Severity.init)
            let except = (setting["except"]?.list ?? []).compactMap { $0.string.flatMap(Selector.init) }
            result.switches[id.exact] = Switch(severity: severity, except: except)
        }
        return (result, findings)
    }
}

extension CheckSwitches.Severity {
    /// `off`, which YAML reads as false, or the name of a severity.
    fileprivate init?(_ value: Value) {
        if value.bool == false || value.string == "off" {
            self = .off
        } else if let severity = value.string.flatMap(Finding.Severity.init) {
            self = .set(severity)
        } else {
            return nil
        }
    }
}

extension Finding {
    fileprivate func with(_ severity: Severity) -> Finding {
        Finding(severity, rule: rule, message, advice: advice, at: location, related: related)
    }
}
