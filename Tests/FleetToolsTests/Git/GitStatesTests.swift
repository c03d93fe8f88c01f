import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Testing

/// Finding the states that are compared, with the real git.
@Suite(.tags(.medium), .needs("git"))
struct GitStatesTests {
    private func run(_ arguments: String..., in folder: TemporaryFolder) async throws {
        try await RealThings.runner().check(Invocation("git", arguments, workingDirectory: folder.path))
    }

    @Test func theMergeBaseIsFoundWithTheLikeliestBranch() async throws {
        let folder = try TemporaryFolder().write(["a": "1"])
        try await folder.commitAll()
        try await run("branch", "-M", "trunk", in: folder)
        let git = Git(folder.path, runner: try RealThings.runner())
        await #expect(throws: GitError.noDefaultBranch(folder: folder.path)) { try await git.mergeBase(of: "HEAD") }
        try await run("branch", "master", in: folder)
        let first = await git.checkedOut
        try folder.write(["a": "2"])
        try await folder.commitAll()
        #expect(try await git.mergeBase(of: "HEAD") == first)
        // What others have counts more than a branch of one's own.
        try await run("update-ref", "refs/remotes/origin/main", "HEAD", in: folder)
        #expect(try await git.mergeBase(of: "HEAD") == git.checkedOut)
    }

    @Test func statesWithoutACommonCommitAreRefused() async throws {
        let folder = try TemporaryFolder().write(["a": "1"])
        try await folder.commitAll()
        try await run("branch", "-M", "main", in: folder)
        try await run("checkout", "--quiet", "--orphan", "other", in: folder)
        try folder.write(["a": "2"])
        try await folder.commitAll()
        let git = Git(folder.path, runner: try RealThings.runner())
        let commit = try #require(await git.checkedOut)
        let error = GitError.noMergeBase(commit, with: "refs/heads/main", folder: folder.path)
        await #expect(throws: error) { try await git.mergeBase(of: "HEAD") }
        #expect(error.description.contains("fetch --unshallow"))
    }

    @Test func theWorkingTreeLeavesOutWhatGitIgnores() async throws {
        let folder = try TemporaryFolder().write([
            ".gitignore": "*.log\n/out/\nkept.txt\n", "kept.txt": "k", "config/a.log": "x", "config/a.yaml": "y",
            "out/b.yaml": "z", "deep/out/b.yaml": "z",
        ])
        try await folder.commitAll()
        try await run("rm", "--quiet", "--cached", "config/a.log", "out/b.yaml", in: folder)
        try folder.write(["config/new.yaml": "n"])
        let tree = try await GitWorkingTree(WorkingTree(folder.path), runner: RealThings.runner())
        #expect(tree.entries("") == [".gitignore", "config", "deep", "kept.txt"])
        #expect(tree.entries("config") == ["a.yaml", "new.yaml"])
        #expect(tree.entries("out") == nil && tree.kind("out/b.yaml") == .missing)
        #expect(tree.kind("deep/out/b.yaml") == .file && tree.kind("kept.txt") == .file)
        #expect(await tree.contents("config/a.log") == nil)
        #expect(await tree.identity("config/a.log") == nil)
        #expect(await tree.identity("config/new.yaml") == FileIdentity(of: Array("n".utf8)))
        await #expect(throws: FleetSourceError.noFile("out/b.yaml")) {
            try await tree.onDisk("out/b.yaml") { $0 }
        }
        #expect(!tree.isLink("config/a.log"))
    }
}
