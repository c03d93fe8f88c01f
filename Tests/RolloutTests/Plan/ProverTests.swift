import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Rollout
import Testing

/// Order, provers, labels, and lists of another deployer.
@Suite(.tags(.medium), .needs("git"))
struct ProverTests {
    private func everything(_ more: [String: String] = [:]) async throws -> Plan {
        let bed = try await PlanBed(more)
        return try await bed.plan(
            Planner.Options(labels: ChangeLabels(["deployer:deploy-hubs", "deployer:deploy-support"])))
    }

    @Test func supportComesFirstAndHubsWithoutAProverLast() async throws {
        let plan = try await everything()
        #expect(
            plan.releases.map { "\($0.stage.name) \($0.id)" } == [
                "support earth (support)", "staging earth/staging", "production earth/prod", "alone mars/main",
            ])
        guard case .hub(let prover) = plan.releases[2].prover else {
            Issue.record("earth/prod has no prover")
            return
        }
        #expect(prover.hub == "earth/staging" && prover.namedAt == nil)
        #expect(prover.sharedFiles == ["config/clusters/earth/common.values.yaml"])
        #expect(
            prover.ownFiles.map { $0.split(separator: "/").last } == [
                "prod.values.yaml", "enc-prod.secret.values.yaml",
            ])
        #expect(plan.releases[3].prover == .none(because: "its cluster has no staging hub"))
    }

    @Test func theFleetNamesAProverOrAReason() async throws {
        let plan = try await everything([
            "fleet.yaml": "hubs:\n  earth/prod: {without_prover: it is small}\n  mars/main: {prover: earth/prod}\n",
            "config/clusters/mars/cluster.yaml":
                "name: mars\nprovider: local\nhubs: [{name: main, helm_chart: basehub, helm_chart_values_files: []}]\n",
        ])
        #expect(plan.findings == [])
        #expect(plan.releases.map(\.stage.name) == ["support", "staging", "production", "alone"])
        guard case .hub(let prover) = plan.releases[2].prover, case .waived(let reason, _) = plan.releases[3].prover
        else {
            Issue.record("\(plan.releases.map(\.prover))")
            return
        }
        #expect(prover.hub == "earth/prod" && prover.namedAt?.description == "fleet.yaml:3:23")
        #expect(reason == "it is small")
    }

    /// A prover proves what differs in it as well, and nothing else.
    @Test func aProverProvesWhatItIsDeployedForToo() async throws {
        let bed = try await PlanBed()
        try bed.change("helm-charts/basehub/values.yaml", "every: 600", "every: 60")
        try bed.change("config/clusters/earth/common.values.yaml", "timeout: 1800", "timeout: 900")
        let plan = try await bed.plan(Planner.Options(selectors: ["earth/prod"]))
        #expect(plan.releases.map(\.id) == ["earth/prod"])
        let prod = try #require(plan.releases.first { $0.id == "earth/prod" })
        #expect(prod.reasons.map(\.subject) == ["jupyterhub.cull.timeout", "jupyterhub.cull.every"])
        // staging has a timeout of its own.
        #expect(prod.proven == [1])
    }

    @Test func ofSeveralTheOneThatSharesMostIsTheProver() async throws {
        let hubs = ["other-staging", "staging"].map {
            "  - {name: \($0), helm_chart: basehub, helm_chart_values_files: [a.yaml\($0 == "staging" ? ", b.yaml" : "")]}\n"
        }
        let plan = try await everything([
            "config/clusters/mars/cluster.yaml": "name: mars\nprovider: local\nhubs:\n" + hubs.joined()
                + "  - {name: main, helm_chart: basehub, helm_chart_values_files: [a.yaml, b.yaml]}\n"
                + "  - {name: nested, helm_chart: daskhub, helm_chart_values_files: [a.yaml]}\n",
            "config/clusters/mars/a.yaml": "", "config/clusters/mars/b.yaml": "",
        ])
        let provers = plan.releases.filter { $0.release.cluster.name.value == "mars" }.map(\.prover)
        guard case .hub(let prover) = provers[2] else {
            Issue.record("\(provers)")
            return
        }
        #expect(prover.hub == "mars/staging")
        #expect(provers[3] == .none(because: "no staging hub of its cluster is on the same chart"))
    }

    // MARK: - Labels

    @Test(arguments: [
        (["deployer:skip-deploy"], [], ["earth (support)", "earth/prod"]),
        (["deployer:skip-deploy-hubs"], ["earth (support)"], ["earth/prod"]),
        (
            ["deployer:skip-deploy-hubs", "deployer:deploy-hubs"], ["earth (support)"],
            ["earth/staging", "earth/prod", "mars/main"]
        ),
        (["documentation"], ["earth (support)", "earth/prod"], []),
    ])
    func labelsAreFollowedAndSkipsAreNamed(_ labels: [String], _ planned: [String], _ skipped: [String]) async throws {
        let bed = try await PlanBed()
        try bed.change("config/clusters/earth/prod.values.yaml", "1G", "2G")
        try bed.change("config/clusters/earth/support.values.yaml", "30d", "60d")
        let plan = try await bed.plan(Planner.Options(labels: ChangeLabels(labels)))
        #expect(plan.releases.map(\.id) == planned)
        #expect(plan.skipped.map(\.release.id) == skipped)
        #expect(plan.skipped.allSatisfy { labels.contains($0.label) })
    }

    @Test func aMisspeltLabelIsToldFromOthers() {
        let labels = ChangeLabels(["deployer:skip-deplyo", "bug"])
        #expect(labels.unknown.map(\.label) == ["deployer:skip-deplyo"])
        #expect(labels.unknown.first?.advice == "did you mean \"deployer:skip-deploy\"?")
    }

    // MARK: - Another deployer

    @Test(arguments: [
        """
        support-jobs=[]
        staging-jobs=[{"cluster_name": "earth", "provider": "aws", "hub_name": "staging", "choice_reason": "Following prod hubs require redeploy: prod"}]
        prod-jobs=[{"cluster_name": "earth", "hub_name": "prod", "choice_reason": "x"}, {"cluster_name": "mars", "hub_name": "main", "choice_reason": "x"}]
        """,
        """
        {"staging-jobs": [{"cluster_name": "earth", "hub_name": "staging", "choice_reason": "Following prod hubs require redeploy: prod"}],
         "prod-jobs": [{"cluster_name": "earth", "hub_name": "prod"}, {"cluster_name": "mars", "hub_name": "main"}]}
        """,
    ])
    func anotherDeployersJobsAreCompared(_ text: String) async throws {
        let bed = try await PlanBed()
        try bed.change("config/clusters/earth/prod.values.yaml", "1G", "2G")
        try bed.change("config/clusters/earth/support.values.yaml", "30d", "60d")
        let comparison = try await PeerComparison(bed.plan(), PeerJobs(Array(text.utf8), file: "jobs"))
        #expect(comparison.both == 1)
        #expect(comparison.missed == ["earth (support)"])
        #expect(comparison.needless.map(\.release) == ["earth/staging", "mars/main"])
        #expect(comparison.needless.map(\.isForProof) == [true, false])
    }

    @Test(arguments: [
        ("", PeerJobsError.noJobs(file: "f")), ("prod-jobs=[{", .noJSON(file: "f")),
        ("prod-jobs=[{}]", .noCluster(SourceLocation(file: "f", line: 1, column: 2))),
    ])
    func whatIsNoListOfJobsIsRefused(_ text: String, _ error: PeerJobsError) {
        #expect(throws: error) { try PeerJobs(Array(text.utf8), file: "f") }
    }
}
