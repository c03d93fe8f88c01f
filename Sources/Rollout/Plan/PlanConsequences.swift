import FleetModel
import FleetTools
import Foundation
import Releases
import Texts

/// Finds out what people will notice of the releases of a plan, while helm renders them.
package struct PlanConsequences: Sendable {
    package struct Options: Sendable {
        /// How releases are rendered.
        package var rendering = ReleaseRenderer.Options()
        /// Whether encrypted files are opened, where sops finds a key.
        package var opensEncryptedFiles = true
        /// The variables of this process.
        package var environment: [String: String] = [:]
        /// Where results of jsonnet are kept for other runs.
        package var kept: KeptResults?
        /// The date, by which old renderings are removed.
        package var now: Date
        /// How many releases are looked at together.
        package var width = ProcessInfo.processInfo.activeProcessorCount * 2

        package init(now: Date) { self.now = now }
    }

    private let sources: FleetSources
    private let lender: (any FleetSource)?
    private let runner: any CommandRunner
    private let options: Options

    /// - Parameters:
    ///   - sources: the files of the two states that the plan compares.
    ///   - lender: the folder as it is, whose archives of charts count where a state has none.
    ///   - runner: runs helm, sops and jsonnet.
    ///   - options: how.
    package init(
        _ sources: FleetSources, lender: (any FleetSource)? = nil, runner: any CommandRunner, _ options: Options
    ) {
        self.sources = sources
        self.lender = lender
        self.runner = runner
        self.options = options
    }

    /// Looks at all releases of a plan.
    ///
    /// - Parameters:
    ///   - plan: the plan.
    ///   - each: is told of each release in the order of the plan, as soon as it is known.
    /// - Returns: the plan with its consequences. Nothing that cannot be found out is left out: it is said to be unknown.
    /// - Throws: what `each` throws, and `CancellationError`.
    package func find(
        _ plan: Plan, each: @Sendable (PlannedRelease, ReleaseConsequences) throws -> Void = { _, _ in }
    ) async throws -> Plan {
        // What runs on this machine needs no helm.
        let needsHelm = plan.releases.contains { $0.release.cluster.provider.kind != .local }
        let rendering = needsHelm ? await Rendering(self) : .needless
        var plan = plan
        do {
            plan.consequences = try await all(plan, rendering, each)
        } catch {
            await rendering.close(now: options.now)
            throw error
        }
        await rendering.close(now: options.now)
        return plan
    }

    private func all(
        _ plan: Plan, _ rendering: Rendering, _ each: @Sendable (PlannedRelease, ReleaseConsequences) throws -> Void
    ) async throws -> [ExactText: ReleaseConsequences] {
        try await withThrowingTaskGroup(of: (Int, ReleaseConsequences).self) { group in
            var (started, told) = (0, 0)
            var waiting: [Int: ReleaseConsequences] = [:]
            var all: [ExactText: ReleaseConsequences] = [:]
            func start() {
                guard started < plan.releases.count else { return }
                let (index, planned) = (started, plan.releases[started])
                started += 1
                group.addTask { (index, await consequences(of: planned, rendering)) }
            }
            for _ in 0..<max(1, options.width) { start() }
            for try await (index, found) in group {
                try Task.checkCancellation()
                waiting[index] = found
                start()
                while let next = waiting.removeValue(forKey: told) {
                    try each(plan.releases[told], next)
                    all[plan.releases[told].id.exact] = next
                    told += 1
                }
            }
            return all
        }
    }

    // MARK: - Rendering

    /// What renders both states, or why nothing can.
    private enum Rendering: Sendable {
        case ready(FleetDiff, ReleaseRenderer)
        case impossible(reason: String)
        case needless

        init(_ work: PlanConsequences) async {
            do {
                let (runner, options) = (work.runner, work.options)
                let renderer = try await ReleaseRenderer(
                    options.rendering, runner: runner, environment: options.environment)
                let before = try await OpenFleet(
                    work.sources.before.source, runner: runner, opensEncryptedFiles: options.opensEncryptedFiles,
                    kept: options.kept)
                let after = try await OpenFleet(
                    work.sources.after.source, runner: runner, opensEncryptedFiles: options.opensEncryptedFiles,
                    earlier: before, kept: options.kept)
                self = .ready(
                    FleetDiff(from: before, to: after, lender: work.lender, renderer: renderer), renderer)
            } catch CommandError.notFound(let program) {
                self = .impossible(reason: "\(program) is not to be found")
            } catch {
                self = .impossible(reason: "\(error)")
            }
        }

        func close(now: Date) async {
            if case .ready(_, let renderer) = self { await renderer.close(now: now) }
        }
    }

    private func consequences(of planned: PlannedRelease, _ rendering: Rendering) async -> ReleaseConsequences {
        await rendered(planned, rendering).adding(Self.known(planned))
    }

    private func rendered(_ planned: PlannedRelease, _ rendering: Rendering) async -> ReleaseConsequences {
        if planned.release.cluster.provider.kind == .local {
            return .unknown("it runs on this machine, without helm")
        }
        switch rendering {
        case .needless: return .unknown("nothing was rendered")
        case .impossible(let reason): return .unknown(reason)
        case .ready(let diff, _):
            // Under another name all objects are others.
            let earlier = planned.movedFrom == nil ? planned.earlier : nil
            do {
                let sheets = try await diff.sheets(earlier, planned.release)
                let found = ReleaseConsequences(SheetConsequences.of(sheets.before, sheets.after ?? []))
                let isNew = planned.reasons.contains { $0.kind == .new || $0.kind == .moved }
                return isNew ? found.adding(Self.closed(sheets.closed)) : found
            } catch {
                return Self.unknown(error)
            }
        }
    }

    private static func unknown(_ error: any Error) -> ReleaseConsequences {
        let found = ReleaseConsequences.unknown("\(error)")
        guard let side = error as? FleetDiff.SideError, side.isAfter,
            case RenderError.refused? = side.reason as? RenderError
        else { return found }
        return ReleaseConsequences(found.all, failure: "\(side.reason)")
    }

    // MARK: - What the plan knows

    private static func closed(_ files: [String]) -> [(Consequence.Kind, Consequence.Proof)] {
        files.map { (.unknown, Consequence.Proof(note: "\($0) cannot be opened here")) }
    }

    private static func known(_ planned: PlannedRelease) -> [(Consequence.Kind, Consequence.Proof)] {
        planned.reasons.compactMap { reason in
            func proof(_ note: String) -> Consequence.Proof { Consequence.Proof(path: reason.subject, note: note) }
            switch reason.kind {
            case .sealed:
                return (.unknown, proof("it is encrypted, and cannot be opened here; \(PlanReason.sealedCause)"))
            case .credentials:
                return (
                    .unknown, proof("whether these credentials lead to the same cluster as before is not looked into")
                )
            case .target:
                return (.dataAtRisk, proof("it goes elsewhere; homes and database stay where they are"))
            case .moved:
                return (.dataAtRisk, proof("its homes and its database stay under the old name until they are moved"))
            case .new, .domain, .value, .secret, .chart, .chartMetadata, .dependency, .subchart, .template, .label:
                return nil
            }
        }
    }
}
