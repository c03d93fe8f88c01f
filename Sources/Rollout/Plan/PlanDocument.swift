import FleetModel
import Releases
import Texts

/// A plan as a file: what `plan` saves and prints for programs, and what a deployment carries out. Its form is that of
/// `plan.schema.yaml`. It holds no content of a secret; what is one, it marks.
package struct PlanDocument: Sendable {
    /// The version of the form. One that reads less is a higher one.
    package static let version = 2

    /// The tree of the whole document.
    package let value: Value

    /// - Parameters:
    ///   - plan: the plan.
    ///   - program: the version of Hubfleet.
    ///   - helm: the version of helm that is here; nil when nobody asked, or there is none.
    package init(_ plan: Plan, program: String, helm: String? = nil) {
        value = .tree([
            "version": .number(Self.version), "hubfleet": .text(program), "helm": helm.map(Value.text),
            "from": Self.state(plan.before), "to": Self.state(plan.after),
            "releases": .items(plan.releases.map { Self.release($0, plan.consequences?[$0.id.exact]) }),
            "gone": .items(plan.gone.map(Self.gone)),
            "untouched": .items(plan.untouched.map(Self.untouched)),
            "skipped": .items(plan.skipped.map(Self.skipped)), "renamed": .items(plan.renamed.map(Self.renamed)),
            "findings": .items(plan.findings.map { .text($0.description) }), "summary": Self.summary(plan),
        ])
    }

    /// The JSON text, in which nothing is invisible.
    package var text: String { JSONWriter.text(value).printableJSON }

    /// The JSON Schema (draft-07) of the form.
    package static var schema: Value {
        let file = "plan.schema.yaml"
        return YAMLReader.read(EmbeddedFiles.all[file] ?? "", file: file).root ?? .tree([:])
    }

    private static func state(_ name: StateName) -> Value {
        switch name {
        case .workingTree(let commit): .tree(["commit": commit.map(Value.text), "working_tree": .flag(true)])
        case .commit(let commit, let revision): .tree(["commit": .text(commit), "revision": .text(revision)])
        }
    }

    private static func summary(_ plan: Plan) -> Value {
        .tree([
            "hubs": .number(plan.hubCount), "support_releases": .number(plan.supportCount),
            "planned_hubs": .number(plan.releases.count { $0.release.kind == .hub }),
            "planned_support_releases": .number(plan.releases.count { $0.release.kind == .support }),
        ])
    }

    // MARK: - Releases

    private static func facts(_ release: Release) -> [(String, Value?)] {
        let name = release.hub?.name.value ?? "support"
        return [
            ("id", .text(release.id)), ("kind", .text(release.kind == .hub ? "hub" : "support")),
            ("cluster", .text(release.cluster.name.value)), ("release", .text(name)), ("namespace", .text(name)),
            ("chart", .text(release.chart.value)), ("chart_override", release.chartOverrideFile.map(Value.text)),
        ]
    }

    private static func release(_ planned: PlannedRelease, _ consequences: ReleaseConsequences?) -> Value {
        var entries = facts(planned.release)
        entries.append(("stage", .text(planned.stage.name)))
        entries.append(("moved_from", planned.movedFrom.map(Value.text)))
        entries.append(("reasons", .items(planned.reasons.map(reason))))
        entries.append(("prover", prover(planned.prover)))
        entries.append(("proven", planned.proven.map { Value.items($0.map(Value.number)) }))
        entries.append(("contents", planned.contents.map(contents)))
        if let consequences {
            let causes = ConsequenceCauses(planned)
            entries.append(("consequences", .items(consequences.all.map { consequence($0, causes) })))
            entries.append(("not_rendered", consequences.failure.map(Value.text)))
        }
        return .tree(entries)
    }

    private static func contents(_ contents: ReleaseContents) -> Value {
        let variables = contents.inputs.variables.sorted { $0.key < $1.key }
        let values: [(String, Value?)] = variables.map { ($0.key.text, Value.text($0.value)) }
        return .tree([
            "chart": contents.chart.map { Value.text($0.description) },
            "files": .items(contents.inputs.files.map(file)),
            "variables": values.isEmpty ? nil : .tree(values),
        ])
    }

    private static func file(_ file: ReleaseInputs.File) -> Value {
        let imports: [(String, Value?)] = file.imports.sorted { $0.key < $1.key }.map { path, identity in
            (path.text, identity.map { Value.text($0.description) } ?? .nothing)
        }
        return .tree([
            "file": .text(file.path), "kind": .text(file.kind.rawValue),
            "blob": file.identity.map { Value.text($0.description) }, "imports": imports.isEmpty ? nil : .tree(imports),
        ])
    }

    private static func gone(_ gone: GoneRelease) -> Value {
        .tree(facts(gone.release) + [("became", gone.becameHub.map(Value.text))])
    }

    private static func untouched(_ release: UntouchedRelease) -> Value {
        .tree(["id": .text(release.release.id), "notes": .items(release.notes.map(note))])
    }

    private static func note(_ note: UntouchedRelease.Note) -> Value {
        .tree([
            "file": .text(note.file), "path": note.path.map(Value.text), "place": .text(note.at.description),
            "overridden_at": note.overriddenAt.map { Value.text($0.description) },
        ])
    }

    private static func skipped(_ release: SkippedRelease) -> Value {
        .tree([
            "id": .text(release.release.id), "label": .text(release.label),
            "reasons": .items(release.reasons.map(reason)),
        ])
    }

    private static func renamed(_ hub: RenamedHub) -> Value {
        .tree([
            "id": .text(hub.hub), "place": .text(hub.place.description), "earlier": .text(hub.earlier),
            "earlier_place": .text(hub.earlierPlace.description), "signs": .items(hub.signs.map(Value.text)),
        ])
    }

    // MARK: - Consequences

    /// The most proofs of one consequence. A new version of a chart has thousands.
    private static let proofs = 50
    /// In characters.
    private static let longest = 200

    private static func consequence(_ consequence: Consequence, _ causes: ConsequenceCauses) -> Value {
        let more = consequence.proofs.count - Self.proofs
        let proofs = consequence.proofs.prefix(Self.proofs).map { shown in
            proof(shown, causes.causes(of: shown, in: consequence))
        }
        return .tree([
            "kind": .text(consequence.kind.rawValue),
            "if_never_upgraded": consequence.isOfFirstUpgrade ? .flag(true) : nil,
            "proofs": .items(proofs),
            "more_proofs": more > 0 ? .number(more) : nil,
        ])
    }

    private static func proof(_ proof: Consequence.Proof, _ causes: [Int]) -> Value {
        // Of a secret not even its mask stands alone; of a long text the beginning says enough.
        func side(_ text: String?) -> Value? {
            guard let text, text != Secret.mask else { return nil }
            return .text(text.count > longest ? text.prefix(longest) + "…" : text)
        }
        return .tree([
            "object": proof.object.map(Value.text), "path": proof.path.map(Value.text), "before": side(proof.before),
            "after": side(proof.after), "secret": .flag(proof.isHidden), "note": proof.note.map(Value.text),
            "template": proof.template.map(Value.text),
            "causes": causes.isEmpty ? nil : .items(causes.map(Value.number)),
        ])
    }

    // MARK: - Reasons and provers

    private static func reason(_ reason: PlanReason) -> Value {
        .tree([
            "kind": .text(reason.kind.rawValue), "subject": .text(reason.subject), "secret": .flag(reason.isSecret),
            "before": side(reason.before), "after": side(reason.after),
            "causes": reason.causes.isEmpty ? nil : .items(reason.causes.map(Value.text)),
        ])
    }

    /// A side without what is secret: not even its mask stands in the place of a value.
    private static func side(_ side: PlanReason.Side) -> Value? {
        let value = side.value.flatMap { $0.containsSecret ? nil : $0 }
        guard value != nil || side.place != nil else { return nil }
        return .tree(["value": value, "place": side.place.map { Value.text($0.description) }])
    }

    private static func prover(_ choice: ProverChoice) -> Value? {
        switch choice {
        case .needless: nil
        case .hub(let prover):
            .tree([
                "hub": .text(prover.hub), "named_at": prover.namedAt.map { Value.text($0.description) },
                "shared_files": .items(prover.sharedFiles.map(Value.text)),
                "own_files": .items(prover.ownFiles.map(Value.text)),
            ])
        case .waived(let reason, let place):
            .tree(["none_because": .text(reason), "said_at": .text(place.description)])
        case .none(let reason): .tree(["none_because": .text(reason)])
        }
    }
}

/// Building trees of documents, whose values stand in no file.
extension Value {
    private static let nowhere = SourceLocation(file: "")

    fileprivate static let nothing = Value(.null, at: nowhere)

    fileprivate static func text(_ text: String) -> Value { Value(.string(text), at: nowhere) }

    fileprivate static func number(_ number: Int) -> Value { Value(.integer(number), at: nowhere) }

    fileprivate static func flag(_ flag: Bool) -> Value { Value(.bool(flag), at: nowhere) }

    fileprivate static func items(_ items: [Value]) -> Value { Value(.list(items), at: nowhere) }

    /// A map without the keys that have no value.
    fileprivate static func tree(_ entries: [(String, Value?)]) -> Value {
        var map = ValueMap()
        for (key, value) in entries {
            if let value { map.set(key, to: value, keyLocation: nowhere) }
        }
        return Value(.map(map), at: nowhere)
    }

    fileprivate static func tree(_ entries: KeyValuePairs<String, Value?>) -> Value {
        tree(entries.map { ($0.key, $0.value) })
    }
}
