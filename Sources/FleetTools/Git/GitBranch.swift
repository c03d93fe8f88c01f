import Foundation

/// A new branch with one commit that changes some files. Nothing is checked out: neither the folder nor what somebody has
/// prepared for a commit changes.
package struct GitBranch: Sendable {
    /// What a file becomes.
    package struct Change: Sendable, Equatable {
        /// From the folder.
        package let path: String
        /// The name of its object; nil: the file goes.
        package let object: String?

        package init(path: String, object: String?) {
            self.path = path
            self.object = object
        }
    }

    private let git: Git

    /// - Parameter git: the repository.
    package init(_ git: Git) { self.git = git }

    /// Makes the branch.
    ///
    /// - Parameters:
    ///   - name: its name; where there is one of that name, a number is added.
    ///   - base: the commit that it begins with.
    ///   - changes: what the commit changes.
    ///   - message: what the commit says.
    /// - Returns: the name that it got.
    /// - Throws: `GitBranchError`, `CommandError`, `FileError`.
    package func make(
        _ name: String, on base: String, _ changes: [Change], message: String
    ) async throws -> String {
        let index = try PrivateFolder()
        defer { index.remove() }
        let prefix = try await text(["rev-parse", "--show-prefix"], index)
        _ = try await text(["read-tree", base], index)
        let gone = String(repeating: "0", count: base.utf8.count)
        let lines = changes.flatMap { change -> [UInt8] in
            let facts = change.object.map { "100644 \($0)" } ?? "0 \(gone)"
            return Array("\(facts)\t\(prefix)\(change.path)".utf8) + [0]
        }
        _ = try await text(["update-index", "-z", "--index-info"], index, input: lines)
        let tree = try await text(["write-tree"], index)
        let commit = try await text(["commit-tree", tree, "-p", base, "-F", "-"], index, input: Array(message.utf8))
        for number in 1...100 {
            let free = number == 1 ? name : "\(name)-\(number)"
            // Only where there is none.
            let call = Git.call(["update-ref", "refs/heads/\(free)", commit, gone], in: git.folder)
            let output = try await git.runner.run(call)
            if output.status == 0 { return free }
            guard output.standardError.contains("already exists") else { throw GitBranchError(output) }
        }
        throw GitBranchError.taken(name)
    }

    private func text(_ arguments: [String], _ index: PrivateFolder, input: [UInt8] = []) async throws -> String {
        var call = Git.call(arguments, in: git.folder)
        call.environment["GIT_INDEX_FILE"] = index.path + "/index"
        call.standardInput = input
        let output = try await git.runner.run(call)
        guard output.status == 0 else { throw GitBranchError(output) }
        return output.text.trimmingCharacters(in: .newlines)
    }
}

/// Why a branch could not be made.
package enum GitBranchError: Error, Equatable, CustomStringConvertible {
    /// Git does not know who makes commits here.
    case noIdentity
    case taken(String)
    case failed(String)

    init(_ output: CommandOutput) {
        let words = output.standardError
        self =
            words.contains("tell me who you are") || words.contains("empty ident")
            ? .noIdentity : .failed(words.lastLines(1))
    }

    package var description: String {
        switch self {
        case .noIdentity:
            "git does not know who you are; `git config --global user.name` and `user.email` say so"
        case .taken(let name): "there are a hundred branches \(name) already"
        case .failed(let words): "git could not make a branch: \(words)"
        }
    }
}

extension Git {
    /// The names of the objects of files at a commit, by their paths from the folder. Links and other repositories are left
    /// out.
    /// - Throws: `GitError`, or `CommandError`.
    package func objects(at commit: String) async throws -> [String: String] {
        let files = try await list(commit).filter { $0.kind == .file }
        return Dictionary(files.map { ($0.path, $0.object) }) { first, _ in first }
    }
}
