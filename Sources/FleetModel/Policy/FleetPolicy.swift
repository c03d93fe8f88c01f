import Foundation

/// The policy of a fleet: what `fleet.yaml` says, over the documented defaults.
package struct FleetPolicy: Sendable {
    package static let file = "fleet.yaml"

    /// The effective policy. Each value knows its place: in `fleet.yaml`, or in the schema for a default.
    package let values: Value
    package let checks: CheckSwitches
    /// What is wrong with the file.
    package let findings: [Finding]

    /// The policy of the fleet repository at the absolute path `root`.
    package static func read(root: String) -> FleetPolicy {
        guard let bytes = FileReading.contents("\(root)/\(file)") else {
            guard FileManager.default.fileExists(atPath: "\(root)/\(file)") else {
                return FleetPolicy(nil, findings: [])
            }
            let finding = Finding(
                rule: "fleet/unreadable", "this cannot be read, is no plain file, or is larger than 32 MiB",
                at: SourceLocation(file: file))
            return FleetPolicy(nil, findings: [finding])
        }
        let document = YAMLReader.read(bytes, file: file)
        return FleetPolicy(document.root, findings: document.findings)
    }

    private init(_ root: Value?, findings: [Finding]) {
        let schema = ConfigurationSchema.fleet.document
        var findings = findings
        let empty = Value(.map(ValueMap()), at: SourceLocation(file: Self.file))
        let given = root?.isNull == false ? root ?? empty : empty
        if let root {
            // The schema is ours, so its places say nothing to people.
            findings += JSONSchema(schema, file: "fleet.schema.yaml").violations(in: root).map {
                Finding(rule: "schema/\($0.rule.rawValue)", $0.message, advice: $0.advice, at: $0.location)
            }
        }
        let defaults = SchemaDefaults.tree(of: schema) ?? empty
        values = Value.overlay(defaults, with: given.withoutEmptyKeys)
        (checks, self.findings) = CheckSwitches.read(given["checks"], adding: findings)
    }
}

/// How severe the findings of a rule are, where the fleet says so.
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

    private var switches: [String: Switch] = [:]

    /// - Returns: the finding as severe as the fleet wants it; nil when it is switched off.
    ///
    /// - Parameters:
    ///   - finding: what a rule found.
    ///   - cluster: the cluster that it is about.
    ///   - hub: the hub that it is about; nil for files, support services and whole clusters.
    package func apply(to finding: Finding, cluster: Cluster, hub: Hub?) -> Finding? {
        guard let entry = switches[finding.rule] else { return finding }
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
            result.switches[id] = Switch(severity: severity, except: except)
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

extension Value {
    /// Without keys that have nothing behind their colon, so that defaults stay.
    fileprivate var withoutEmptyKeys: Value {
        guard let map else { return self }
        var result = ValueMap()
        for (key, place, value) in pairs where !value.isNull {
            result.set(key, to: value.withoutEmptyKeys, keyLocation: place)
        }
        return map.isEmpty ? self : Value(.map(result), at: location)
    }
}
