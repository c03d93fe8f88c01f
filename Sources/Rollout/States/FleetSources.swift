import FleetModel
import FleetTools

/// The files of two states of a fleet that are compared.
package struct FleetSources: Sendable {
    /// The files of one state.
    package struct State: Sendable {
        package let name: StateName
        package let source: any FleetSource
    }

    package let before: State
    package let after: State

    /// Finds both.
    ///
    /// - Parameters:
    ///   - folder: the fleet.
    ///   - from: a revision of git; nil for the commit at which the other state left the default branch.
    ///   - to: a revision of git; nil for the folder as it lies there, without what git ignores.
    ///   - runner: runs git.
    /// - Throws: `GitError`, `CommandError`, or `FleetSourceError` when a state holds no fleet.
    package init(of folder: WorkingTree, from: String?, to: String?, runner: any CommandRunner) async throws {
        let git = Git(folder.root, runner: runner)
        async let later = Self.later(folder, to, git: git, runner: runner)
        let base: String
        if let from { base = from } else { base = try await git.mergeBase(of: to ?? "HEAD") }
        let tree = try await GitTree(base, of: folder.root, runner: runner)
        before = State(name: .commit(tree.commit, revision: from ?? "merge base"), source: tree)
        after = try await later
    }

    private static func later(
        _ folder: WorkingTree, _ revision: String?, git: Git, runner: any CommandRunner
    ) async throws -> State {
        guard let revision else {
            async let source = GitWorkingTree(folder, runner: runner)
            let commit = await git.checkedOut
            return State(name: .workingTree(commit: commit), source: try await source)
        }
        let tree = try await GitTree(revision, of: folder.root, runner: runner)
        return State(name: .commit(tree.commit, revision: revision), source: tree)
    }
}
