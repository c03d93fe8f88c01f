import FleetModel
import Releases
import Texts

/// Compares what one release runs with in two states.
struct ReleaseComparison: Sendable {
    /// What came of it.
    struct Outcome: Sendable {
        var reasons: [PlanReason] = []
        /// Files that differ without an effect, with the reason; empty when no file differs.
        var unaffected: [UntouchedRelease.Note] = []
        /// What is wrong with the files of the state after.
        var findings: [Finding] = []
    }

    let before: FleetState
    let after: FleetState
    let charts: ChartComparison
    let opensEncryptedFiles: Bool

    /// What differs in the values and the chart of a release. Nothing is merged where no file differs.
    func compare(_ old: Release, _ new: Release) async -> Outcome {
        async let left = before.inputs.inputs(of: old)
        async let right = after.inputs.inputs(of: new)
        let inputs = await (left, right)
        let chart = await charts.compare(old, new)
        if chart.isSame, inputs.0.isSame(as: inputs.1) { return Outcome() }
        return await merged(old, new, inputs: inputs, chart.differences)
    }

    private func merged(
        _ old: Release, _ new: Release, inputs: (ReleaseInputs, ReleaseInputs), _ differences: [ChartDifference]
    ) async -> Outcome {
        async let left = before.fleet.load(old)
        async let right = after.fleet.load(new)
        let loaded = await (left, right)
        var values = await (sealed(loaded.0.values, in: before), sealed(loaded.1.values, in: after))
        var changes = Value.changes(from: values.0.merged, to: values.1.merged)
        let opened = await open(secretFiles(changes), &values)
        if !opened.isEmpty { changes = Value.changes(from: values.0.merged, to: values.1.merged) }
        let jsonnet = JsonnetCauses(inputs.0, inputs.1)
        var outcome = Outcome()
        outcome.findings = loaded.1.findings.filter { $0.severity == .error }
        outcome.reasons =
            chart(old, new, differences, values: values)
            + changes.map { reason($0, opened: opened, jsonnet: jsonnet) }
        if outcome.reasons.isEmpty {
            outcome.unaffected = LayerNotes(before: values.0, after: values.1, inputs: inputs).notes
        }
        return outcome
    }

    // MARK: - Values

    private func reason(_ change: ValueChange, opened: Set<ExactText>, jsonnet: JsonnetCauses) -> PlanReason {
        let files = [change.before, change.after].compactMap { $0 }.filter(\.containsSecret).map(\.location.file.exact)
        let kind: PlanReason.Kind =
            !change.isSecret ? .value : files.allSatisfy(opened.contains) ? .secret : .sealed
        let places = [change.before, change.after].compactMap { $0?.location.file.exact }
        return PlanReason(
            kind, change.path.description, before: .init(change.before), after: .init(change.after),
            causes: kind == .sealed ? [PlanReason.sealedCause] : jsonnet.causes(of: places))
    }

    // MARK: - Encrypted files

    /// The values with cipher text in the place of what stayed closed.
    private func sealed(_ values: EffectiveValues, in state: FleetState) async -> EffectiveValues {
        var given: [Layer] = []
        for layer in values.given {
            given.append(layer.locked == nil ? layer : await state.encrypted.sealed(layer.file))
        }
        return EffectiveValues(chart: values.declaredChart, given: given)
    }

    private func secretFiles(_ changes: [ValueChange]) -> Set<ExactText> {
        Set(
            changes.flatMap { [$0.before, $0.after] }.compactMap { $0 }.filter(\.containsSecret).map(
                \.location.file.exact))
    }

    /// Opens files whose cipher text differs, where that can be done on both sides.
    /// - Returns: the files that are open now.
    private func open(
        _ files: Set<ExactText>, _ values: inout (EffectiveValues, EffectiveValues)
    ) async -> Set<ExactText> {
        guard opensEncryptedFiles, !files.isEmpty else { return [] }
        var opened: (Set<ExactText>, Set<ExactText>) = ([], [])
        let left = await open(files, of: values.0, in: before, &opened.0)
        let right = await open(files, of: values.1, in: after, &opened.1)
        // What only one side has open cannot be compared with the other.
        let all = opened.0.union(opened.1)
        guard files.isSubset(of: all) else { return [] }
        values = (left, right)
        return all
    }

    private func open(
        _ files: Set<ExactText>, of values: EffectiveValues, in state: FleetState, _ opened: inout Set<ExactText>
    ) async -> EffectiveValues {
        var given: [Layer] = []
        for layer in values.given {
            guard layer.kind == .encrypted, files.contains(layer.file.exact) else {
                given.append(layer)
                continue
            }
            let open = await state.encrypted.opened(layer.file)
            if open.locked == nil { opened.insert(layer.file.exact) }
            given.append(open.locked == nil ? open : layer)
        }
        return EffectiveValues(chart: values.declaredChart, given: given)
    }

    // MARK: - The chart

    private func chart(
        _ old: Release, _ new: Release, _ differences: [ChartDifference], values: (EffectiveValues, EffectiveValues)
    ) -> [PlanReason] {
        let trees = (EnabledCharts(values.0, of: old), EnabledCharts(values.1, of: new))
        var reasons = differences.filter { EnabledCharts.counts($0, before: trees.0, after: trees.1) }.map(\.reason)
        if old.chart.value.exact != new.chart.value.exact, !differences.isEmpty {
            reasons.insert(PlanReason(.chart, "chart", before: .init(old.chart), after: .init(new.chart)), at: 0)
        }
        for name in trees.0.names.symmetricDifference(trees.1.names).sorted() {
            let sides = [trees.0, trees.1].map { tree in
                let word = tree.names.contains(name) ? "on" : "off"
                return PlanReason.Side(Value(.string(word), at: SourceLocation(file: tree.folder)))
            }
            reasons.append(PlanReason(.subchart, name.text, before: sides[0], after: sides[1]))
        }
        return reasons
    }
}
