import FleetModel
import FleetTools
import Foundation
import Releases
import Texts

/// Compares what helm renders for two states of a fleet.
package struct FleetDiff: Sendable {
    private let before: OpenFleet
    private let after: OpenFleet
    private let renderer: ReleaseRenderer
    private let states: (before: RenderState, after: RenderState)

    /// A release as helm renders it in both states.
    package struct Sheets: Sendable {
        /// Nil where it is not there.
        package let before: [ObjectSheet]?
        package let after: [ObjectSheet]?
        /// Encrypted files of the present state that could not be opened.
        package let closed: [String]
    }

    /// Why one of the two states of a release cannot be rendered.
    package struct SideError: Error, CustomStringConvertible {
        /// Whether it is the state after.
        package let isAfter: Bool
        package let reason: any Error

        package var description: String { "\(isAfter ? "now" : "before"): \(reason)" }
    }

    /// - Parameters:
    ///   - before: the state that is compared with.
    ///   - after: the present one.
    ///   - lender: the folder as it is, whose archives of charts count where a state has none: git seldom keeps them.
    ///   - renderer: renders both.
    package init(
        from before: OpenFleet, to after: OpenFleet, lender: (any FleetSource)? = nil, renderer: ReleaseRenderer
    ) {
        self.before = before
        self.after = after
        self.renderer = renderer
        states = (RenderState(before.source, lender: lender), RenderState(after.source, lender: lender))
    }

    /// Compares releases, some at a time.
    ///
    /// - Parameters:
    ///   - old: the clusters of the earlier state that count.
    ///   - new: those of the present one.
    ///   - includesSupport: whether the support services of a cluster count; a selector may name hubs alone.
    ///   - width: how many releases are looked at together.
    /// - Returns: each release of both, by cluster, its support services before its hubs.
    package func compare(
        _ old: [Cluster], _ new: [Cluster], includesSupport: (Cluster) -> Bool = { _ in true },
        width: Int = ProcessInfo.processInfo.activeProcessorCount * 2
    ) async -> [ReleaseDifference] {
        let pairs = pairs(old, new).filter { $0.release.kind == .hub || includesSupport($0.release.cluster) }
        return await withTaskGroup(of: (Int, ReleaseDifference).self) { group in
            var results: [(Int, ReleaseDifference)] = []
            for (index, pair) in pairs.enumerated() {
                if index >= max(1, width), let done = await group.next() { results.append(done) }
                group.addTask { (index, await compare(pair)) }
            }
            for await done in group { results.append(done) }
            return results.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// A release, in both states where it is in both.
    private struct Pair: Sendable {
        /// The present one, or the one that is gone.
        var release: Release
        var before: Release?
        var after: Release?
    }

    private func pairs(_ old: [Cluster], _ new: [Cluster]) -> [Pair] {
        var pairs: [ExactText: Pair] = [:]
        for release in old.flatMap({ $0.releases(charts: Charts(in: before.source)) }) {
            pairs[release.place] = Pair(release: release, before: release)
        }
        for release in new.flatMap({ $0.releases(charts: Charts(in: after.source)) }) {
            pairs[release.place] = Pair(release: release, before: pairs[release.place]?.before, after: release)
        }
        return pairs.sorted { $0.key < $1.key }.map(\.value)
    }

    private func compare(_ pair: Pair) async -> ReleaseDifference {
        let release = pair.release
        if release.cluster.provider.kind == .local {
            return ReleaseDifference(
                release: release, outcome: .notRendered(reason: "it runs on this machine, without helm"), closed: [],
                findings: [])
        }
        var closed: Set<String> = []
        var findings: [Finding] = []
        do {
            let old = try await request(pair.before, of: before, states.before, isAfter: false)
            let new = try await request(pair.after, of: after, states.after, isAfter: true)
            closed = Set((old?.request.closed ?? []) + (new?.request.closed ?? []))
            findings = new?.findings ?? []
            let outcome = try await outcome(old?.request, new?.request)
            return ReleaseDifference(
                release: release, outcome: outcome, closed: closed.sortedByBytes(), findings: findings)
        } catch {
            return ReleaseDifference(
                release: release, outcome: .failed(reason: "\(error)"), closed: closed.sortedByBytes(),
                findings: findings)
        }
    }

    /// Renders both states of a release; what was rendered once is not rendered again.
    ///
    /// - Parameters:
    ///   - old: the release in the earlier state; nil where it is not there.
    ///   - new: in the present one.
    /// - Returns: the objects of both states, as they may be kept.
    /// - Throws: `SideError`.
    package func sheets(_ old: Release?, _ new: Release?) async throws -> Sheets {
        let first = try await request(old, of: before, states.before, isAfter: false)
        let second = try await request(new, of: after, states.after, isAfter: true)
        async let one = sheets(first?.request, isAfter: false)
        async let other = sheets(second?.request, isAfter: true)
        return Sheets(
            before: try await one, after: try await other, closed: second?.request.closed ?? [])
    }

    private func request(
        _ release: Release?, of fleet: OpenFleet, _ state: RenderState, isAfter: Bool
    ) async throws -> (request: ReleaseRenderer.Request, findings: [Finding])? {
        guard let release else { return nil }
        let loaded = await fleet.load(release)
        do {
            let request = try await renderer.request(
                release, loaded.values, in: state, kubernetes: await kubernetes(of: release.cluster))
            return (request, loaded.findings)
        } catch {
            throw SideError(isAfter: isAfter, reason: error)
        }
    }

    /// The version of Kubernetes that a cluster has by the present state, for both states: charts ask the cluster that
    /// they go to.
    private func kubernetes(of cluster: Cluster) async -> String? {
        let name = cluster.name.value
        if let policy = await after.policy.cluster(name) { return policy.kubernetes.value }
        return after.fleet.cluster(name) == nil ? await before.policy.cluster(name)?.kubernetes.value : nil
    }

    private func outcome(
        _ old: ReleaseRenderer.Request?, _ new: ReleaseRenderer.Request?
    ) async throws -> ReleaseDifference.Outcome {
        if let old, let new, old.key == new.key { return .same }
        async let first = sheets(old, isAfter: false)
        async let second = sheets(new, isAfter: true)
        let differences = SheetComparison.differences(try await first ?? [], try await second ?? [])
        if old == nil { return .added(differences) }
        if new == nil { return .removed(differences) }
        return differences.isEmpty ? .same : .changed(differences)
    }

    private func sheets(_ request: ReleaseRenderer.Request?, isAfter: Bool) async throws -> [ObjectSheet]? {
        guard let request else { return nil }
        do { return try await renderer.sheets(request) } catch { throw SideError(isAfter: isAfter, reason: error) }
    }
}

extension Release {
    /// What tells it from others in both states: its cluster, then whether it is a hub, then its name.
    fileprivate var place: ExactText { "\(cluster.name.value)\0\(hub == nil ? 0 : 1)\0\(hub?.name.value ?? "")".exact }
}
