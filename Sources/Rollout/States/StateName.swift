/// Which state of a fleet is meant: the folder as it lies there, or a commit of git.
package enum StateName: Sendable, Equatable {
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
