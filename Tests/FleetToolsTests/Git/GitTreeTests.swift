import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Synchronization
import Testing

/// Commits, read with the real git.
@Suite(.tags(.medium), .needs("git"))
struct GitTreeTests {
    private func runner(_ environment: [String: String] = [:]) throws -> ScriptedCommandRunner {
        let real = try RealThings.runner(environment: environment)
        return ScriptedCommandRunner { try await real.run($0) }
    }

    @Test func readsWhatACommitHeldAndNotWhatLiesThere() async throws {
        let folder = try TemporaryFolder().write(["fleet.yaml": "a: 1\n"])
        try await folder.commitAll()
        try folder.write(["fleet.yaml": "a: 2\n", "config/new.yaml": ""])
        try await folder.commitAll()
        try folder.write(["fleet.yaml": "a: 3\n"])
        let before = try await GitTree("HEAD~1", of: folder.path, runner: runner())
        let now = try await GitTree("HEAD", of: folder.path, runner: runner())
        #expect(await before.contents("fleet.yaml") == Array("a: 1\n".utf8))
        #expect(before.kind("config/new.yaml") == .missing)
        #expect(await now.contents("fleet.yaml") == Array("a: 2\n".utf8))
        #expect(now.kind("config/new.yaml") == .file)
        #expect(before.commit != now.commit)
    }

    /// A thousand files cost no more processes than one.
    @Test func startsFewProcesses() async throws {
        let folder = try TemporaryFolder().write(["config/clusters/c/cluster.yaml": "name: c\n"])
        for index in 0..<1_000 { try folder.write(["config/clusters/c/\(index).yaml": "a: \(index)\n"]) }
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/config/clusters/c/link.yaml", withDestinationPath: "7.yaml")
        try await folder.commitAll()
        let runner = try runner()
        let tree = try await GitTree("HEAD", of: folder.path, runner: runner)
        for name in tree.entries("config/clusters/c") ?? [] {
            #expect(await tree.contents("config/clusters/c/\(name)") != nil)
            #expect(await tree.identity("config/clusters/c/\(name)") != nil)
        }
        #expect(runner.calls.map { $0.arguments.contains("cat-file") } == [false, false, true, true])
    }

    @Test func removesWhatItLentAlsoWhenItIsCancelled() async throws {
        let folder = try TemporaryFolder().write(["config/a.yaml": "a: 1\n", "config/b.yaml": "b: 1\n"])
        try await folder.commitAll()
        let tree = try await GitTree("HEAD", of: folder.path, runner: runner())
        let lent = Mutex<String?>(nil)
        let task = Task {
            try await tree.onDisk("config/a.yaml") { file in
                lent.withLock { $0 = file }
                try await Task.sleep(for: .seconds(600))
            }
        }
        while lent.withLock({ $0 }) == nil { await Task.yield() }
        let file = try #require(lent.withLock { $0 })
        let root = String(file.dropLast("/config/a.yaml".count))
        let attributes = try FileManager.default.attributesOfItem(atPath: root)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
        #expect(!FileManager.default.fileExists(atPath: root + "/config/b.yaml"))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(!FileManager.default.fileExists(atPath: root))
    }

    // MARK: - What goes wrong

    /// Git refuses such names, but whoever made a commit may have had another git.
    @Test func leavesOutNamesThatLeadElsewhere() async throws {
        let folder = try TemporaryFolder().write(["fleet.yaml": "a: 1\n"])
        try await folder.commitAll()
        let blob = FileIdentity(of: Array("a: 1\n".utf8)).description
        let mark = "evil-\(UUID())"
        let names = ["../\u{301}\(mark)", "..", ".", ".git", "config/../../\(mark)", "/\(mark)", "good"]
        let fake = ScriptedCommandRunner { call in
            if call.arguments.contains("ls-tree") {
                return CommandOutput(standardOutput: names.flatMap { Array("100644 blob \(blob) 5\t\($0)\0".utf8) })
            }
            return try await RealThings.runner().run(call)
        }
        let tree = try await GitTree("HEAD", of: folder.path, runner: fake)
        #expect(tree.entries("") == ["good"])
        try await tree.onDisk("good") { file in
            let above = URL(filePath: file).deletingLastPathComponent()
            #expect(try FileManager.default.contentsOfDirectory(atPath: above.path) == ["good"])
            let beside = try FileManager.default.contentsOfDirectory(atPath: above.deletingLastPathComponent().path)
            #expect(!beside.contains { $0.contains(mark) })
        }
    }

    /// Many names for one object are few bytes in git, and many on the disk.
    @Test func readsNoMoreThanAFleetCanTake() async throws {
        let folder = try TemporaryFolder().write(["fleet.yaml": "a: 1\n"])
        try await folder.commitAll()
        let name = String(repeating: "a", count: 40)
        let fake = ScriptedCommandRunner { call in
            guard call.arguments.contains("ls-tree") else { return try await RealThings.runner().run(call) }
            let lines = (0..<17).map { "100644 blob \(name) \(FileKind.largest)\tconfig/\($0)\0" }
            return CommandOutput(standardOutput: Array(lines.joined().utf8))
        }
        let error = GitError.tooLarge(bytes: 17 * FileKind.largest, most: 512 << 20, folder: folder.path)
        await #expect(throws: error) { try await GitTree("HEAD", of: folder.path, runner: fake) }
        #expect(error.description.contains("take 544 MiB at this commit, and at most 512 MiB are read"))
        #expect(!fake.calls.contains { $0.arguments.contains("cat-file") })
    }

    @Test func saysThatACloneIsPartial() async throws {
        let words = "fatal: could not fetch abc from promisor remote"
        let fake = ScriptedCommandRunner { call in
            call.arguments.contains("ls-tree")
                ? CommandOutput(standardError: words, status: 128)
                : CommandOutput(standardOutput: Array(String(repeating: "a", count: 40).utf8))
        }
        await #expect(throws: GitError.partialClone(folder: "/f")) { try await GitTree("HEAD", of: "/f", runner: fake) }
    }

    @Test(arguments: ["--all", "abc", "refs/heads/main"]) func takesNamesOfObjectsAlone(_ answer: String) async throws {
        let fake = ScriptedCommandRunner { _ in CommandOutput(standardOutput: Array(answer.utf8)) }
        await #expect(throws: GitError.unknownRevision("HEAD", folder: "/f")) {
            try await GitTree("HEAD", of: "/f", runner: fake)
        }
        #expect(fake.calls.count == 1)
    }

    @Test(arguments: ["../\u{301}x", "a/../../x", "/x", "", ".", "a//b"])
    func aPrivateFolderTakesNothingThatLeadsElsewhere(_ path: String) throws {
        let folder = try PrivateFolder()
        defer { folder.remove() }
        #expect(throws: FileError.notWritten(path: path, reason: "it does not lie below the folder")) {
            try folder.write([1], to: path)
        }
    }

    @Test func saysWhatIsNoCommit() async throws {
        let folder = try TemporaryFolder().write(["fleet.yaml": ""])
        await #expect(throws: GitError.noRepository(folder: folder.path)) {
            try await GitTree("HEAD", of: folder.path, runner: runner(["GIT_CEILING_DIRECTORIES": "/"]))
        }
        try await folder.commitAll()
        for revision in ["none", "--all", "-h", "", "HEAD:fleet.yaml", "HEAD^9"] {
            await #expect(throws: GitError.unknownRevision(revision, folder: folder.path), "\(revision)") {
                try await GitTree(revision, of: folder.path, runner: runner())
            }
        }
    }

    @Test func saysThatARepositoryBelongsToSomebodyElse() async throws {
        let folder = try TemporaryFolder().write(["fleet.yaml": ""])
        try await folder.commitAll()
        let error = GitError.notOwned(folder: folder.path)
        await #expect(throws: error) {
            try await GitTree("HEAD", of: folder.path, runner: runner(["GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"]))
        }
        #expect(error.description.contains("git config --global --add safe.directory \(folder.path)"))
    }

    @Test func saysThatACloneIsNotWhole() async throws {
        let folder = try TemporaryFolder().write(["config/a.yaml": "a: 1\n"])
        try await folder.commitAll()
        let name = FileIdentity(of: Array("a: 1\n".utf8)).description
        try FileManager.default.removeItem(atPath: "\(folder.path)/.git/objects/\(name.prefix(2))/\(name.dropFirst(2))")
        await #expect(throws: GitError.missingObject(name, folder: folder.path)) {
            try await GitTree("HEAD", of: folder.path, runner: runner())
        }
    }

    /// What a repository's own settings name is not run, and what replaces an object does not count.
    @Test func doesNotDoWhatARepositorySays() async throws {
        let folder = try TemporaryFolder().write(["config/a.yaml": "a: 1\n", "config/b.yaml": "b: canary\n"])
        try await folder.commitAll()
        let mark = folder.path + "/was-run"
        let program = "touch \(mark); false"
        let settings = [
            "core.fsmonitor", "core.pager", "pager.ls-tree", "pager.cat-file", "core.sshCommand", "diff.external",
            "core.editor", "credential.helper", "filter.x.smudge", "filter.x.process", "diff.x.textconv",
            "alias.ls-tree",
            "alias.cat-file",
        ]
        let real = try RealThings.runner()
        for setting in settings {
            try await real.check(Invocation("git", ["config", setting, program], workingDirectory: folder.path))
        }
        try folder.write([
            ".git/hooks/post-checkout": "#!/bin/sh\n\(program)\n", ".gitattributes": "* filter=x diff=x\n",
        ])
        let ids = ["a: 1\n", "b: canary\n"].map { FileIdentity(of: Array($0.utf8)).description }
        try await real.check(Invocation("git", ["replace"] + ids, workingDirectory: folder.path))
        let tree = try await GitTree("HEAD", of: folder.path, runner: runner())
        #expect(await tree.contents("config/a.yaml") == Array("a: 1\n".utf8))
        #expect(!FileManager.default.fileExists(atPath: mark))
    }

    /// The variables that git sets for its hooks lead nowhere else.
    @Test func findsTheRepositoryFromTheFolderAlone() async throws {
        let folder = try TemporaryFolder().write(["fleet.yaml": "mine\n"])
        try await folder.commitAll()
        let tree = try await GitTree("HEAD", of: folder.path, runner: runner())
        #expect(await tree.contents("fleet.yaml") == Array("mine\n".utf8))
        let call = Git.list("abc", in: "/fleet")
        #expect(call.environment["GIT_DIR"] == .some(nil))
        #expect(call.arguments.suffix(5) == ["ls-tree", "-r", "-l", "-z", "abc"])
        #expect(call.workingDirectory == "/fleet")
        #expect(Git.print(["a", "b"], in: "/fleet").standardInput == Array("a\nb\n".utf8))
    }
}
