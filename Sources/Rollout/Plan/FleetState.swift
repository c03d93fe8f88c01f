import FleetModel
import FleetTools
import Releases

/// A state of a fleet that a plan compares: one commit of git, or the folder as it lies there.
package struct FleetState: Sendable {
    package enum Name: Sendable, Equatable {
        /// The folder, with the commit that it was checked out at.
        case workingTree(commit: String?)
        /// A commit, by its name and by what it was asked for.
        case commit(String, revision: String)

        /// The name of the commit; for the folder of the one that lies below its changes.
        package var commit: String? {
            switch self {
            case .workingTree(let commit): commit
            case .commit(let commit, _): commit
            }
        }

        package var isWorkingTree: Bool { if case .workingTree = self { true } else { false } }
    }

    package let name: Name
    package let fleet: OpenFleet
    let inputs: ReleaseInputsReader
    let encrypted: EncryptedLayers

    init(
        _ name: Name, _ source: any FleetSource, runner: any CommandRunner, earlier: FleetState? = nil
    ) async throws {
        self.name = name
        // A plan opens the encrypted files that changed, and no other.
        fleet = try await OpenFleet(source, runner: runner, opensEncryptedFiles: false, earlier: earlier?.fleet)
        inputs = ReleaseInputsReader(source)
        encrypted = EncryptedLayers(source, runner: runner, earlier: earlier?.encrypted)
    }
}

/// The two states that a plan compares.
package struct FleetStates: Sendable {
    package let before: FleetState
    package let after: FleetState

    /// Opens both. Each file that is the same in both is read once.
    ///
    /// - Parameters:
    ///   - folder: the fleet.
    ///   - from: a revision of git; nil for the commit at which the other state left the default branch.
    ///   - to: a revision of git; nil for the folder as it lies there, without what git ignores.
    ///   - runner: runs git, and later what computes and opens values.
    /// - Throws: `GitError`, `CommandError`, or `FleetSourceError` when a state holds no fleet.
    package init(of folder: WorkingTree, from: String?, to: String?, runner: any CommandRunner) async throws {
        let git = Git(folder.root, runner: runner)
        async let later = Self.later(folder, to, git: git, runner: runner)
        let base: String
        if let from { base = from } else { base = try await git.mergeBase(of: to ?? "HEAD") }
        let tree = try await GitTree(base, of: folder.root, runner: runner)
        before = try await FleetState(.commit(tree.commit, revision: from ?? "merge base"), tree, runner: runner)
        let (name, source) = try await later
        after = try await FleetState(name, source, runner: runner, earlier: before)
    }

    private static func later(
        _ folder: WorkingTree, _ revision: String?, git: Git, runner: any CommandRunner
    ) async throws -> (FleetState.Name, any FleetSource) {
        guard let revision else {
            async let source = GitWorkingTree(folder, runner: runner)
            let commit = await git.checkedOut
            return (.workingTree(commit: commit), try await source)
        }
        let tree = try await GitTree(revision, of: folder.root, runner: runner)
        return (.commit(tree.commit, revision: revision), tree)
    }
}
