import FleetModel
import Releases
import Texts

/// What came of comparing a release of the state after with its counterpart.
struct ComparedRelease: Sendable {
    let release: Release
    /// Its counterpart in the state before; nil for a new one.
    let earlier: Release?
    let movedFrom: String?
    var outcome: ReleaseComparison.Outcome
}

/// Compares pairs of releases: where they go, and what they run with. What holds for a whole cluster is compared once.
struct PairComparison: Sendable {
    private let values: ReleaseComparison
    private let targets: ClusterTargets
    private let before: FleetState
    private let after: FleetState

    init(_ before: FleetState, _ after: FleetState, opens: Bool) {
        let files = FileComparison(before: before, after: after, opensEncryptedFiles: opens)
        values = ReleaseComparison(
            before: before, after: after, charts: ChartComparison(before, after), opensEncryptedFiles: opens)
        targets = ClusterTargets(TargetComparison(files: files))
        self.before = before
        self.after = after
    }

    /// Nil for a pair whose release is gone.
    func compare(_ pair: ReleasePair) async -> ComparedRelease? {
        guard let release = pair.after else { return nil }
        guard let before = pair.before else {
            return ComparedRelease(release: release, earlier: nil, movedFrom: nil, outcome: await new(release))
        }
        let reasons = moved(pair, from: before) + (await target(before, release))
        var outcome = await values.compare(before, release)
        outcome.reasons = reasons + outcome.reasons
        return ComparedRelease(
            release: release, earlier: before, movedFrom: pair.movedFrom?.value, outcome: outcome)
    }

    private func new(_ release: Release) async -> ReleaseComparison.Outcome {
        let place = release.hub?.location ?? release.chart.location
        let isUnknown = before.fleet.reading.findings.contains {
            $0.severity == .error && $0.location.file.exact == release.cluster.file.exact
        }
        let causes = isUnknown ? ["its cluster.yaml has errors in the state before"] : []
        var outcome = ReleaseComparison.Outcome()
        outcome.reasons = [PlanReason(.new, release.id, after: .init(nil, at: place), causes: causes)]
        outcome.findings = await after.fleet.load(release).findings.filter { $0.severity == .error }
        return outcome
    }

    private func moved(_ pair: ReleasePair, from before: Release) -> [PlanReason] {
        guard let moved = pair.movedFrom else { return [] }
        let earlier = before.hub.map { PlanReason.Side($0.name) } ?? PlanReason.Side()
        return [PlanReason(.moved, moved.value, before: earlier, after: .init(nil, at: moved.location))]
    }

    private func target(_ before: Release, _ after: Release) async -> [PlanReason] {
        var reasons = await targets.reasons(before.cluster, after.cluster)
        guard let old = before.hub, let new = after.hub else { return reasons }
        if old.name.value.exact != new.name.value.exact {
            reasons.append(PlanReason(.target, "namespace", before: .init(old.name), after: .init(new.name)))
        }
        let domain = await targets.comparison.domain(old, of: before.cluster, new, of: after.cluster)
        return reasons + [domain].compactMap { $0 }
    }
}

/// Where the clusters of two states are, each pair of them compared once.
private actor ClusterTargets {
    let comparison: TargetComparison
    private var known: [ExactText: Task<[PlanReason], Never>] = [:]

    init(_ comparison: TargetComparison) {
        self.comparison = comparison
    }

    func reasons(_ old: Cluster, _ new: Cluster) async -> [PlanReason] {
        let key = "\(old.name.value)\0\(new.name.value)".exact
        if let task = known[key] { return await task.value }
        let comparison = comparison
        let task = Task { await comparison.reasons(old, new) }
        known[key] = task
        return await task.value
    }
}

/// What was compared, sorted into what is deployed, what is kept back and what stays.
struct PlanDrafts: Sendable {
    /// A release with all reasons to deploy it.
    struct Draft: Sendable {
        let release: Release
        let reasons: [PlanReason]
        let movedFrom: String?
        let earlier: Release?
    }

    private(set) var planned: [Draft] = []
    private(set) var skipped: [SkippedRelease] = []
    private(set) var untouched: [UntouchedRelease] = []
    /// Each once.
    private(set) var findings: [Finding] = []

    init(_ compared: [ComparedRelease], labels: ChangeLabels) {
        var known: Set<Finding> = []
        for item in compared {
            findings += item.outcome.findings.filter { known.insert($0).inserted }
            let request = labels.request(item.release)
            let reasons = item.outcome.reasons + (request.map { [PlanReason(.label, $0.rawValue)] } ?? [])
            if reasons.isEmpty {
                guard !item.outcome.unaffected.isEmpty else { continue }
                untouched.append(UntouchedRelease(release: item.release, notes: item.outcome.unaffected))
            } else if let label = labels.skip(item.release) {
                skipped.append(SkippedRelease(release: item.release, label: label.rawValue, reasons: reasons))
            } else {
                planned.append(
                    Draft(
                        release: item.release, reasons: reasons, movedFrom: item.movedFrom, earlier: item.earlier))
            }
        }
    }
}
