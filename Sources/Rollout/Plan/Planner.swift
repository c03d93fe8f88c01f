import FleetModel
import Foundation
import Releases
import Texts

/// Makes plans of two states of a fleet.
package struct Planner: Sendable {
    package struct Options: Sendable {
        /// The clusters and hubs to look at; none: all of them.
        package var selectors: [String]
        package var labels: ChangeLabels
        /// Whether encrypted files that differ are opened, where sops finds a key.
        package var opensEncryptedFiles: Bool
        /// Whether the plan says what its releases are made of.
        package var tellsContents: Bool

        package init(
            selectors: [String] = [], labels: ChangeLabels = ChangeLabels([]), opensEncryptedFiles: Bool = true,
            tellsContents: Bool = false
        ) {
            self.selectors = selectors
            self.labels = labels
            self.opensEncryptedFiles = opensEncryptedFiles
            self.tellsContents = tellsContents
        }
    }

    private let states: FleetStates
    private let options: Options

    package init(_ states: FleetStates, _ options: Options = Options()) {
        self.states = states
        self.options = options
    }

    private var before: FleetState { states.before }
    private var after: FleetState { states.after }

    /// Compares the two states.
    /// - Throws: `SelectionError` for a selector that chooses nothing in either state.
    package func plan() async throws -> Plan {
        let policy = await after.fleet.policy
        let policies = Dictionary(policy.hubs.map { ($0.hub.value.exact, $0) }) { first, _ in first }
        let chosen = try PlanSelection(options.selectors, before: before.fleet, after: after.fleet)
        let pairing = await ReleasePairing(before, after, policies: policies)
        let pairs = pairing.pairs
        let wanted = pairs.filter { chosen.contains($0.after ?? $0.before) }
        let suspicion = RenameSuspicion(before: before, after: after, pairing: pairing)
        let renamed = await suspicion.renamed(
            wanted.filter { $0.before == nil }.compactMap(\.after),
            gone: pairs.filter { $0.after == nil }.compactMap(\.before))
        let search = ProverSearch(after.fleet.fleet, policies: policies)
        // What a prover proves is to be known also where it was not chosen itself.
        let provers = search.provers(of: wanted.compactMap(\.after), among: pairs)
        let comparer = PairComparison(before, after, opens: options.opensEncryptedFiles)
        let drafts = PlanDrafts(await compare(wanted, by: comparer), labels: options.labels)
        let others = PlanDrafts(await compare(provers, by: comparer), labels: options.labels)
        let releases = wanted.compactMap(\.after)
        return Plan(
            before: before.name, after: after.name, releases: await planned(drafts, others, search),
            gone: gone(wanted, pairs),
            untouched: drafts.untouched, skipped: drafts.skipped, renamed: renamed,
            findings: chosen.findings + policy.findings + policy.findings(on: after.fleet.fleet) + drafts.findings,
            hubCount: releases.count { $0.kind == .hub }, supportCount: releases.count { $0.kind == .support })
    }

    /// Releases that are no more. One that became another is named beside its new name.
    private func gone(_ wanted: [ReleasePair], _ all: [ReleasePair]) -> [GoneRelease] {
        let moved = all.filter { $0.movedFrom != nil }.compactMap { pair in
            pair.before.map { ($0.id.exact, pair.after?.id) }
        }
        let names = Dictionary(moved) { first, _ in first }
        let left =
            wanted.filter { $0.after == nil }.compactMap(\.before)
            + wanted.filter { $0.movedFrom != nil }.compactMap(\.before)
        return left.map { GoneRelease(release: $0, becameHub: names[$0.id.exact] ?? nil) }
    }

    // MARK: - Comparing

    private static let pairsAtOnce = max(2, ProcessInfo.processInfo.activeProcessorCount)

    private func compare(_ pairs: [ReleasePair], by comparer: PairComparison) async -> [ComparedRelease] {
        let pairs = pairs.filter { $0.after != nil }
        return await withTaskGroup(of: (Int, ComparedRelease?).self) { group in
            var next = 0
            func add() {
                guard next < pairs.count, !Task.isCancelled else { return }
                let (index, pair) = (next, pairs[next])
                next += 1
                group.addTask { (index, await comparer.compare(pair)) }
            }
            for _ in 0..<Self.pairsAtOnce { add() }
            var found: [(Int, ComparedRelease)] = []
            for await (index, compared) in group {
                if let compared { found.append((index, compared)) }
                add()
            }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    // MARK: - Order

    private func planned(
        _ drafts: PlanDrafts, _ others: PlanDrafts, _ search: ProverSearch
    ) async -> [PlannedRelease] {
        let all = (drafts.planned + others.planned).map { ($0.release.id.exact, $0.reasons) }
        let reasons = Dictionary(all) { first, _ in first }
        var planned: [PlannedRelease] = []
        for draft in drafts.planned {
            let choice = search.choice(for: draft.release)
            planned.append(
                PlannedRelease(
                    release: draft.release, stage: Stage(draft.release, choice), reasons: draft.reasons, prover: choice,
                    proven: proven(draft.reasons, by: choice, reasons), movedFrom: draft.movedFrom,
                    earlier: draft.earlier,
                    contents: options.tellsContents ? await contents(of: draft.release) : nil))
        }
        return Stage.allCases.flatMap { stage in planned.filter { $0.stage == stage } }
    }

    /// The reasons that the prover has as well.
    private func proven(
        _ reasons: [PlanReason], by choice: ProverChoice, _ all: [ExactText: [PlanReason]]
    ) -> [Int]? {
        guard case .hub(let prover) = choice else { return nil }
        let theirs = Set((all[prover.hub.exact] ?? []).map(\.likeness))
        return reasons.indices.filter { theirs.contains(reasons[$0].likeness) }
    }

    private func contents(of release: Release) async -> ReleaseContents {
        async let chart = after.fleet.loader.chartFiles(of: release)?.digest
        async let inputs = after.inputs.inputs(of: release)
        return await ReleaseContents(chart: chart, inputs: inputs)
    }
}

extension Stage {
    fileprivate init(_ release: Release, _ prover: ProverChoice) {
        switch prover {
        case .needless: self = release.kind == .support ? .support : .staging
        case .hub: self = .production
        case .waived, .none: self = .alone
        }
    }
}
