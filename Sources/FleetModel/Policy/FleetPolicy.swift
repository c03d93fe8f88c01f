/// The policy of a fleet: what `fleet.yaml` says, over the documented defaults.
package struct FleetPolicy: Sendable {
    package static let file = FleetReader.policyFile

    /// The effective policy. Each value knows its place: in `fleet.yaml`, or in the schema for a default.
    package let values: Value
    package let checks: CheckSwitches
    /// What is wrong with the file.
    package let findings: [Finding]

    /// Reads the policy of a fleet repository; without the file, all of it is as documented.
    package static func read(_ source: some FleetSource) async -> FleetPolicy {
        guard let bytes = await source.contents(file) else {
            guard source.kind(file) != .missing else { return FleetPolicy(nil, findings: []) }
            let finding = Finding(
                rule: "fleet/unreadable", "this cannot be read, is no plain file, or is larger than 32 MiB",
                at: SourceLocation(file: file))
            return FleetPolicy(nil, findings: [finding])
        }
        let document = YAMLReader.read(bytes, file: file)
        return FleetPolicy(document.root, findings: document.findings)
    }

    /// The name of the fleet; nil when it has none, or none that can be one.
    package var name: String? {
        guard let name = values["name"]?.string, name.wholeMatch(of: /[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?/) != nil else {
            return nil
        }
        return name
    }
    package var operatedBy: Operator { Operator(PolicyPart(values, "operator")) }
    package var metadata: MetadataPolicy { MetadataPolicy(PolicyPart(values, "metadata")) }
    package var tiers: [Tier] { Tier.Key.allCases.map(tier) }
    package func tier(_ key: Tier.Key) -> Tier { Tier(key, of: values) }
    package var calendar: PolicyCalendar { PolicyCalendar(PolicyPart(values, "calendar")) }

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
