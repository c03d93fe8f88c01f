import Foundation

/// Which two states of a fleet are to be compared, and what of a folder belongs to one.
extension Git {
    /// Branches that changes may be merged into, the likeliest first.
    private static let defaultBranches = [
        "refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main",
        "refs/heads/master",
    ]

    /// The call that lists those of the likely default branches that there are.
    package static func listDefaultBranches(in folder: String) -> Invocation {
        call(["for-each-ref", "--format=%(refname)"] + defaultBranches, in: folder)
    }

    /// The call that finds the newest commit that two have in common.
    package static func mergeBase(of commit: String, and other: String, in folder: String) -> Invocation {
        call(["merge-base", "--end-of-options", commit, other], in: folder)
    }

    /// The call that lists what git ignores below the folder, by paths from there; a folder as a whole ends with a slash.
    package static func listIgnored(in folder: String) -> Invocation {
        call(["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"], in: folder)
    }

    /// The commit at which a revision left the default branch.
    /// - Throws: `GitError`, or `CommandError`.
    package func mergeBase(of revision: String) async throws -> String {
        let commit = try await commit(revision)
        let listed = try await runner.run(Self.listDefaultBranches(in: folder))
        guard listed.status == 0 else { throw GitError(listed, in: folder) ?? .failed(folder: folder) }
        let found = Set(listed.text.split(separator: "\n").map(String.init))
        guard let branch = Self.defaultBranches.first(where: found.contains) else {
            throw GitError.noDefaultBranch(folder: folder)
        }
        let output = try await runner.run(Self.mergeBase(of: commit, and: branch, in: folder))
        let base = output.text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard output.status == 0, !base.isEmpty else {
            throw GitError(output, in: folder) ?? .noMergeBase(commit, with: branch, folder: folder)
        }
        return base
    }

    /// The files and folders below the folder that git ignores, by their paths from there.
    /// - Throws: `GitError`, or `CommandError`.
    func ignored() async throws -> [String] {
        let output = try await runner.run(Self.listIgnored(in: folder))
        guard output.status == 0 else { throw GitError(output, in: folder) ?? .failed(folder: folder) }
        return output.standardOutput.split(separator: 0).compactMap { String(validating: $0, as: UTF8.self) }
    }
}
