import FleetModel
import FleetTools
import Releases
import Rollout

/// The work of `diff`: two states of a fleet are opened and compared.
struct DiffSession: Sendable {
    let folder: WorkingTree
    let selectors: [String]
    /// The commit that is compared with; nil for where this branch left the default branch.
    let base: String?
    let opensEncryptedFiles: Bool
    let options: ReleaseRenderer.Options
    let context: FleetContext

    /// - Throws: `GitError`, `FleetSourceError`, `SelectionError`, `CommandError` or `FileError`.
    func differences() async throws -> [ReleaseDifference] {
        let runner = context.runner
        let tree = try await GitTree(try await revision, of: folder.root, runner: runner)
        let before = try await OpenFleet(tree, runner: runner, opensEncryptedFiles: opensEncryptedFiles)
        let after = try await OpenFleet(
            folder, runner: runner, opensEncryptedFiles: opensEncryptedFiles, earlier: before)
        let (old, new) = try chosen(before, after)
        let renderer = try await ReleaseRenderer(options, runner: runner, environment: context.environment)
        let differences = await FleetDiff(from: before, to: after, renderer: renderer)
            .compare(old, new, includesSupport: choosesSupport)
        await renderer.close(now: context.time.now)
        try Task.checkCancellation()
        return differences
    }

    /// Whether a cluster is chosen as a whole, not only some of its hubs.
    private func choosesSupport(of cluster: Cluster) -> Bool {
        selectors.isEmpty || selectors.compactMap { Selector($0) }.contains { $0.hub == nil && $0.matches(cluster) }
    }

    private var revision: String {
        get async throws {
            if let base { return base }
            return try await Git(folder.root, runner: context.runner).mergeBase(of: "HEAD")
        }
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
