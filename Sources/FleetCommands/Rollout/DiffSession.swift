import FleetModel
import FleetTools
import Releases
import Rollout

/// The work of `diff`: two states of a fleet are opened and compared.
struct DiffSession: Sendable {
    let folder: WorkingTree
    let selectors: [String]
    let states: StateOptions
    let opensEncryptedFiles: Bool
    let options: ReleaseRenderer.Options
    let context: FleetContext

    /// - Throws: `GitError`, `FleetSourceError`, `SelectionError`, `CommandError` or `FileError`.
    func differences() async throws -> [ReleaseDifference] {
        let runner = context.runner
        let sources = try await states.sources(of: folder, in: context)
        let before = try await open(sources.before)
        let after = try await open(sources.after, earlier: before)
        let (old, new) = try chosen(before, after)
        let renderer = try await ReleaseRenderer(options, runner: runner, environment: context.environment)
        let differences = await FleetDiff(from: before, to: after, lender: folder, renderer: renderer)
            .compare(old, new, includesSupport: choosesSupport)
        await renderer.close(now: context.time.now)
        try Task.checkCancellation()
        return differences
    }

    /// Whether a cluster is chosen as a whole, not only some of its hubs.
    private func choosesSupport(of cluster: Cluster) -> Bool {
        selectors.isEmpty || selectors.compactMap { Selector($0) }.contains { $0.hub == nil && $0.matches(cluster) }
    }

    private func open(_ state: FleetSources.State, earlier: OpenFleet? = nil) async throws -> OpenFleet {
        try await OpenFleet(
            state.source, runner: context.runner, opensEncryptedFiles: opensEncryptedFiles, earlier: earlier,
            kept: context.keptResults)
    }

    /// What the selectors choose in each state: a hub that is gone is in one of them alone.
    private func chosen(_ before: OpenFleet, _ after: OpenFleet) throws -> (old: [Cluster], new: [Cluster]) {
        // Whether they choose anything now is what counts.
        let old = (try? before.choosing(selectors).clusters) ?? []
        do {
            return (old, try after.choosing(selectors, in: context).clusters)
        } catch {
            guard !old.isEmpty else { throw error }
            return (old, [])
        }
    }
}
