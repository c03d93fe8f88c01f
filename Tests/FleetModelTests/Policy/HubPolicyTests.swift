import FleetModel
import FleetTesting
import Testing

@Suite(.tags(.medium))
struct HubPolicyTests {
    private func findings(_ hubs: String) async throws -> [String] {
        let folder = try TemporaryFolder().write([
            "fleet.yaml": hubs, "helm-charts/basehub/Chart.yaml": "", "helm-charts/daskhub/Chart.yaml": "",
            "config/clusters/c/cluster.yaml": """
            name: c
            provider: local
            hubs:
              - {name: staging, helm_chart: basehub, helm_chart_values_files: []}
              - {name: prod, helm_chart: basehub, helm_chart_values_files: []}
              - {name: dask, helm_chart: daskhub, helm_chart_values_files: []}

            """,
        ])
        let policy = await FleetPolicy.read(WorkingTree(folder.path))
        let fleet = try await FleetReader.read(WorkingTree(folder.path)).fleet
        return (policy.findings + policy.findings(on: fleet)).map { "\($0.rule) \($0.location)" }
    }

    @Test func factsAreTypedAndKnowTheirPlaces() async throws {
        let policy = try await FleetPolicyTests.policy(
            "hubs:\n  c/prod: {prover: c/staging, moved_from: c/old}\n  c/x:\n  c/y: {without_prover: because}\n")
        #expect(policy.findings == [])
        #expect(policy.hubs.map(\.hub.value) == ["c/prod", "c/y"])
        let prod = try #require(policy.hub("c/prod"))
        #expect(prod.hub.location.description == "fleet.yaml:2:3")
        #expect(prod.prover.value == "c/staging" && prod.prover.place?.description == "fleet.yaml:2:20")
        #expect(prod.movedFrom.value == "c/old" && prod.withoutProver.value == nil)
        #expect(policy.hub("c/y")?.withoutProver.value == "because")
    }

    @Test(arguments: [
        ("hubs: {c/prod: {prover: c/staging, moved_from: c/old}}", []), ("hubs: {}", []),
        ("hubs: {c/prod: {provr: c/staging}}", ["schema/unknown-key fleet.yaml:1:17"]),
        (
            "hubs: {prod: {prover: c/staging}}",
            ["schema/unknown-key fleet.yaml:1:8", "fleet/unknown-hub fleet.yaml:1:8"]
        ),
        ("hubs: {c/prod: {prover: staging}}", ["schema/pattern fleet.yaml:1:25", "fleet/prover fleet.yaml:1:25"]),
        ("hubs: {c/prod: {without_prover: ''}}", ["schema/length fleet.yaml:1:33"]),
        ("hubs: {c/prodd: {prover: c/staging}}", ["fleet/unknown-hub fleet.yaml:1:8"]),
        ("hubs: {c/prod: {prover: c/stagin}}", ["fleet/prover fleet.yaml:1:25"]),
        ("hubs: {c/prod: {prover: c/prod}}", ["fleet/prover fleet.yaml:1:25"]),
        ("hubs: {c/dask: {prover: c/staging}}", ["fleet/prover fleet.yaml:1:25"]),
        ("hubs: {c/prod: {prover: c/staging, without_prover: x}}", ["fleet/prover fleet.yaml:1:25"]),
        ("hubs: {c/prod: {moved_from: c/staging}}", ["fleet/moved-from fleet.yaml:1:29"]),
        ("hubs: {c/prod: {moved_from: c/prod}}", ["fleet/moved-from fleet.yaml:1:29"]),
        ("clusters: {c: {without_alerts: others watch}}", []),
        ("clusters: {d: {without_alerts: others watch}}", ["fleet/unknown-cluster fleet.yaml:1:12"]),
        ("clusters: {c: {without_alerts: ''}}", ["schema/length fleet.yaml:1:32"]),
        ("clusters: {c: {alerts: none}}", ["schema/unknown-key fleet.yaml:1:16"]),
    ])
    func whatCannotBeIsAnErrorAtItsPlace(_ text: String, _ expected: [String]) async throws {
        #expect(try await findings(text + "\n") == expected)
    }

    /// Each key of the schema is a fact, and no other.
    @Test func theFactsAreThoseOfTheSchema() async throws {
        let keys = ConfigurationSchema.fleet.document["definitions", "hub", "properties"]?.pairs.map(\.key)
        let policy = try await FleetPolicyTests.policy("hubs: {c/prod: {prover: c/a}}\n")
        let facts = try #require(policy.hub("c/prod"))
        let paths = [facts.movedFrom.path, facts.prover.path, facts.withoutProver.path]
        #expect(paths.map { $0.last ?? "" } == keys)
    }
}
