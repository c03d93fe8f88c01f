import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Rollout
import Testing

/// Encrypted files, with keys and without.
@Suite(.tags(.medium), .needs("git"))
struct SecretPlanTests {
    private static let file = "config/clusters/earth/enc-prod.secret.values.yaml"

    private func shown(_ plan: Plan) -> String { PlanDocument(plan, program: "x").text + "\(plan)" }

    @Test func withAKeySecretsAreComparedAndNeverShown() async throws {
        let bed = try await PlanBed()
        try bed.change(Self.file, "ENC[canary-3]", "ENC[canary-33]")
        let runner = try bed.runner()
        let plan = try await bed.plan(runner: runner)
        #expect(plan.lines == ["earth/prod: secret login.secret"])
        #expect(plan.releases.first?.reasons.first?.isSecret == true)
        #expect(!shown(plan).contains("canary"))
        // One for each side, of the one file that differs.
        #expect(runner.calls.count { $0.program == "sops" } == 2)
    }

    @Test func encryptedAnewIsTheSameWithAKey() async throws {
        var bed = try await PlanBed()
        // As another cipher text of the same value.
        try bed.change(Self.file, "\"ENC[canary-3]\"", "\"ENC[canary]ENC[-3]\"")
        #expect(try await bed.plan().isEmpty)
        bed.hasKey = false
        let plan = try await bed.plan()
        #expect(plan.lines == ["earth/prod: sealed login.secret"])
        let reason = try #require(plan.releases.first?.reasons.first)
        #expect(reason.causes == ["secret changed or re-encrypted"] && reason.isSecret)
        #expect(!shown(plan).contains("canary"))
    }

    /// Keys were added for somebody: each value has the cipher text that it had.
    @Test func otherRecipientsPlanNothingWithoutAKey() async throws {
        var bed = try await PlanBed()
        bed.hasKey = false
        try bed.change(Self.file, "mac: m, lastmodified: t", "mac: n, lastmodified: u, age: [{recipient: age1x}]")
        #expect(try await bed.plan().isEmpty)
    }

    /// A secret that nobody sees, because a later file has another value, is no change.
    @Test func anOverriddenSecretPlansNothing() async throws {
        var bed = try await PlanBed()
        bed.hasKey = false
        try bed.change("config/clusters/earth/cluster.yaml", "      - enc-prod.secret.values.yaml\n", "")
        try bed.change(
            "config/clusters/earth/cluster.yaml", "      - prod.values.yaml",
            "      - enc-prod.secret.values.yaml\n      - prod.values.yaml")
        try bed.change("config/clusters/earth/prod.values.yaml", "jupyterhub:", "login: {secret: x}\njupyterhub:")
        try await bed.folder.commitAll()
        try bed.change(Self.file, "ENC[canary-3]", "ENC[canary-33]")
        let plan = try await bed.plan()
        #expect(plan.isEmpty)
        #expect(plan.untouched.map(\.release.id) == ["earth/prod"])
    }

    @Test func aPlainValueThatBecomesSecretIsHidden() async throws {
        let bed = try await PlanBed()
        try bed.change("config/clusters/earth/prod.values.yaml", "  limit: 1G\n", "")
        try bed.change(Self.file, "login:", "jupyterhub: {limit: \"ENC[canary-9]\"}\nlogin:")
        let plan = try await bed.plan()
        #expect(plan.lines == ["earth/prod: secret jupyterhub.limit"])
        #expect(shown(plan).contains("\"1G\""))
        #expect(!shown(plan).contains("canary"))
    }

    @Test func closedFilesStayClosedWhenAsked() async throws {
        let bed = try await PlanBed()
        try bed.change(Self.file, "ENC[canary-3]", "ENC[canary-33]")
        let runner = try bed.runner()
        let plan = try await bed.plan(Planner.Options(opensEncryptedFiles: false), runner: runner)
        #expect(plan.lines == ["earth/prod: sealed login.secret"])
        #expect(!runner.calls.contains { $0.program == "sops" })
    }
}
