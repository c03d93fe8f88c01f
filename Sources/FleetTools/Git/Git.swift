import Foundation

/// The program `git`, asked for what one commit holds. Nothing is checked out, and but by `GitBranch` nothing is written.
///
/// A repository is not trusted: its settings can name programs, so whatever could start one is switched off, nothing is
/// fetched from elsewhere, and objects count as they are, without replacements.
package struct Git: Sendable {
    /// The folder whose files are asked for; the top of its repository or a folder below it.
    package let folder: String
    let runner: any CommandRunner

    package init(_ folder: String, runner: any CommandRunner) {
        self.folder = folder
        self.runner = runner
    }

    // MARK: - Calls

    /// The call that finds the commit of a revision, such as `main~1`.
    package static func commit(_ revision: String, in folder: String) -> Invocation {
        call(["rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"], in: folder)
    }

    /// The call that lists the files of a commit, with mode, object and size, by paths from the folder.
    package static func list(_ commit: String, in folder: String) -> Invocation {
        call(["ls-tree", "-r", "-l", "-z", commit], in: folder)
    }

    /// The call that prints objects, each with a line before it.
    package static func print(_ objects: [String], in folder: String) -> Invocation {
        var invocation = call(["cat-file", "--batch"], in: folder)
        invocation.standardInput = objects.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
        return invocation
    }

    /// A call of git from the folder.
    static func call(_ arguments: [String], in folder: String) -> Invocation {
        Invocation(
            "git", ["--no-pager"] + settings.flatMap { ["-c", $0] } + arguments, environment: environment,
            workingDirectory: folder, timeLimit: .seconds(120))
    }

    /// What the repository's own settings must not say.
    private static let settings = [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.untrackedCache=false", "diff.external=",
        "protocol.allow=never", "log.showSignature=false",
        // Files of a folder can look like a repository with settings of its own, and with objects of another one.
        "safe.bareRepository=explicit",
    ]

    /// The repository is found from the folder alone. Settings of the user stay: they say whose repositories are safe.
    private static let environment: [String: String?] = [
        "GIT_DIR": nil, "GIT_WORK_TREE": nil, "GIT_INDEX_FILE": nil, "GIT_COMMON_DIR": nil, "GIT_NAMESPACE": nil,
        "GIT_OBJECT_DIRECTORY": nil, "GIT_ALTERNATE_OBJECT_DIRECTORIES": nil, "GIT_EXTERNAL_DIFF": nil,
        "GIT_NO_REPLACE_OBJECTS": "1", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "",
        "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C",
    ]

    // MARK: - Answers

    private static let hexadecimal = Array("0123456789abcdef".utf8)

    /// The commit that is checked out where the folder lies; nil when git cannot say, as where there is no repository, no
    /// commit, or no git.
    package var checkedOut: String? {
        get async { try? await commit("HEAD") }
    }

    /// The name of the commit of a revision.
    /// - Throws: `GitError`, or `CommandError`.
    func commit(_ revision: String) async throws -> String {
        let output = try await runner.run(Self.commit(revision, in: folder))
        let name = output.text.trimmingCharacters(in: .whitespacesAndNewlines)
        // With --quiet git says nothing about a revision that it does not know.
        guard output.status == 0, [40, 64].contains(name.utf8.count), name.utf8.allSatisfy(Self.hexadecimal.contains)
        else { throw GitError(output, in: folder) ?? .unknownRevision(revision, folder: folder) }
        return name
    }

    /// What a commit holds.
    /// - Throws: `GitError`, or `CommandError`.
    func list(_ commit: String) async throws -> [GitFile] {
        let output = try await runner.run(Self.list(commit, in: folder))
        guard output.status == 0 else { throw GitError(output, in: folder) ?? .failed(folder: folder) }
        return GitFile.list(output.standardOutput)
    }

    /// The bytes of objects, by their names.
    /// - Throws: `GitError.missingObject` for one that is not here, another `GitError`, or `CommandError`.
    func contents(of objects: [String]) async throws -> [String: [UInt8]] {
        let output = try await runner.run(Self.print(objects, in: folder))
        guard output.status == 0 else { throw GitError(output, in: folder) ?? .failed(folder: folder) }
        return try GitBatch.contents(output.standardOutput, of: objects, folder: folder)
    }
}

/// Why git cannot tell what a commit holds.
package enum GitError: Error, Equatable, CustomStringConvertible {
    /// The folder is in no repository.
    case noRepository(folder: String)
    /// Files in the folder, or above it, look like those that git keeps for itself, and would be taken for a repository.
    case looksLikeRepository(folder: String)
    /// The repository belongs to somebody else, whose settings git does not follow.
    case notOwned(folder: String)
    case unknownRevision(String, folder: String)
    /// The clone is not whole.
    case missingObject(String, folder: String)
    /// The clone was made without the files of all commits.
    case partialClone(folder: String)
    /// The files of a fleet at a commit take more bytes than are read.
    case tooLarge(bytes: Int, most: Int, folder: String)
    /// No branch looks like the one that changes are merged into.
    case noDefaultBranch(folder: String)
    /// Two commits have no common one before them, or the clone does not reach it.
    case noMergeBase(String, with: String, folder: String)
    /// Git failed in a way that is not foreseen.
    case failed(folder: String)

    init?(_ output: CommandOutput, in folder: String) {
        let text = output.standardError
        if text.contains("dubious ownership") {
            self = .notOwned(folder: folder)
        } else if text.contains("cannot use bare repository") {
            self = .looksLikeRepository(folder: folder)
        } else if text.contains("not a git repository") {
            self = .noRepository(folder: folder)
        } else if text.contains("promisor remote") || text.contains("lazy fetching disabled") {
            self = .partialClone(folder: folder)
        } else {
            return nil
        }
    }

    package var description: String {
        switch self {
        case .noRepository(let folder): "\(folder) is in no git repository, so it has no commits to look at"
        case .looksLikeRepository(let folder):
            "\(folder), or a folder above it, holds files as git keeps them for itself (HEAD, objects, refs), so it is taken "
                + "for a repository of its own; take them away"
        case .notOwned(let folder):
            "the git repository of \(folder) belongs to another user; if you trust it, "
                + "`git config --global --add safe.directory \(folder)` says so"
        case .unknownRevision(let revision, let folder):
            "the git repository of \(folder) has no commit \"\(revision)\"; "
                + "if its clone is shallow, `git fetch --unshallow` brings the older ones"
        case .missingObject(let object, let folder):
            "the git repository of \(folder) is not whole: it lacks object \(object); "
                + "`git fetch --refetch` brings what is missing"
        case .partialClone(let folder):
            "the git repository of \(folder) is a partial clone that lacks files of this commit; "
                + "`git fetch --refetch --no-filter` brings them"
        case .tooLarge(let bytes, let most, let folder):
            "the files of the fleet in \(folder) take \(bytes >> 20) MiB at this commit, and at most \(most >> 20) MiB "
                + "are read; take what is no configuration out of config, helm-charts and upstream"
        case .noDefaultBranch(let folder):
            "the git repository of \(folder) has no branch origin/HEAD, origin/main, origin/master, main or master; "
                + "name the state to compare with"
        case .noMergeBase(let commit, let branch, let folder):
            "git finds no commit that \(commit) and \(branch) have in common in \(folder); "
                + "if its clone is shallow, `git fetch --unshallow` brings the older ones"
        case .failed(let folder): "git cannot read the repository of \(folder); `git fsck` says more"
        }
    }
}
