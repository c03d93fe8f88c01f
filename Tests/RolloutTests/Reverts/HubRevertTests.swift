import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Rollout
import Testing

/// The branch that takes a rollback over into the fleet.
@Suite(.tags(.medium), .needs("git"))
struct HubRevertTests {
    private let folder: TemporaryFolder
    private let runner: any CommandRunner

    private static let nobody = ["GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"]
    private static let somebody = [
        "GIT_AUTHOR_NAME": "ada", "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_COMMITTER_NAME": "ada",
        "GIT_COMMITTER_EMAIL": "ada@example.org",
    ]

    init() async throws {
        folder = try SampleFleet.write(clusters: ["c": ["prod", "staging"]])
        runner = try RealThings.runner(environment: Self.nobody.merging(Self.somebody) { $1 })
        try folder.write([
            "config/clusters/c/cluster.yaml": """
            name: c
            provider: local
            metadata: {}
            hubs:
              - {name: prod, domain: a.example.org, helm_chart: basehub, helm_chart_values_files: [all.yaml, prod.yaml]}
              - {name: staging, domain: b.example.org, helm_chart: basehub, helm_chart_values_files: [all.yaml]}

            """,
            "config/clusters/c/all.yaml": "a: 1\n", "config/clusters/c/prod.yaml": "b: 1\n",
        ])
        try await folder.commitAll("one")
    }

    private func git(_ arguments: String...) async throws -> String {
        try await runner.check(Invocation("git", arguments, workingDirectory: folder.path)).text
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func revert(_ commit: String) async throws -> HubRevert.Outcome {
        try await HubRevert(WorkingTree(folder.path), runner: runner).write("c/prod", to: commit, reason: "it broke")
    }

    @Test func filesOfTheHubAloneAreAsTheyWere() async throws {
        let first = try await git("rev-parse", "HEAD")
        try folder.write(["config/clusters/c/all.yaml": "a: 2\n", "config/clusters/c/prod.yaml": "b: 2\n"])
        try await folder.commitAll("two")
        let head = try await git("rev-parse", "HEAD")
        // What nobody has committed stays as it is, and so does what is prepared.
        try folder.write(["config/clusters/c/prod.yaml": "b: 3\n", "config/clusters/c/new.yaml": "c: 1\n"])
        _ = try await git("add", "config/clusters/c/new.yaml")
        let before = try await git("status", "--porcelain")

        let outcome = try await revert(first)
        let branch = try #require(outcome.branch)
        #expect(branch == "revert/c-prod-to-\(first.prefix(9))")
        #expect(outcome.restored == ["config/clusters/c/prod.yaml"])
        #expect(outcome.shared == ["config/clusters/c/all.yaml"])
        #expect(try await git("show", "\(branch):config/clusters/c/prod.yaml") == "b: 1")
        #expect(try await git("show", "\(branch):config/clusters/c/all.yaml") == "a: 2")
        #expect(try await git("rev-parse", "\(branch)~1") == head)
        #expect(try await git("diff", "--name-only", "HEAD", branch) == "config/clusters/c/prod.yaml")
        #expect(try await git("log", "-1", "--format=%B", branch).contains("it broke"))
        #expect(try await git("rev-parse", "HEAD") == head)
        #expect(try await git("status", "--porcelain") == before)
        #expect(try await revert(first).branch == branch + "-2")
    }

    @Test func whatCameSinceGoesAndWhatWentComesBack() async throws {
        let first = try await git("rev-parse", "HEAD")
        let declaration = "config/clusters/c/cluster.yaml"
        try FileManager.default.removeItem(atPath: folder.path + "/config/clusters/c/prod.yaml")
        let text = try folder.read(declaration)
        try folder.write([
            declaration: text.replacing("prod.yaml", with: "later.yaml"), "config/clusters/c/later.yaml": "b: 2\n",
        ])
        try await folder.commitAll("two")
        let outcome = try await revert(first)
        let branch = try #require(outcome.branch)
        #expect(outcome.restored == ["config/clusters/c/later.yaml", "config/clusters/c/prod.yaml"])
        #expect(outcome.shared == [declaration])
        let changes = try await git("diff", "--name-status", "HEAD", branch)
        #expect(changes == "D\tconfig/clusters/c/later.yaml\nA\tconfig/clusters/c/prod.yaml")
    }

    @Test func whereNothingOfTheHubDiffersThereIsNoBranch() async throws {
        let first = try await git("rev-parse", "HEAD")
        try folder.write(["config/clusters/c/all.yaml": "a: 2\n"])
        try await folder.commitAll("two")
        let outcome = try await revert(first)
        #expect(outcome.branch == nil && outcome.shared == ["config/clusters/c/all.yaml"])
        #expect(try await git("branch", "--list", "revert/*").isEmpty)
    }

    @Test func whoIsNobodyForGitIsTold() async throws {
        let first = try await git("rev-parse", "HEAD")
        try folder.write(["config/clusters/c/prod.yaml": "b: 2\n"])
        try await folder.commitAll("two")
        _ = try await git("config", "user.useConfigOnly", "true")
        let nobody = try RealThings.runner(environment: Self.nobody)
        await #expect(throws: GitBranchError.noIdentity) {
            try await HubRevert(WorkingTree(folder.path), runner: nobody).write("c/prod", to: first, reason: nil)
        }
    }
}
