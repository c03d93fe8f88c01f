import FleetModel
import FleetTesting
import Testing

@Suite(.tags(.medium))
struct ClusterPolicyTests {
    @Test func whatIsNotListedIsNotKnown() async throws {
        let policy = try await FleetPolicyTests.policy(
            "clusters:\n  c: {kubernetes: '1.33', storage_classes: [a, b], priority_classes: []}\n"
                + "  d: {without_alerts: why}\n")
        #expect(policy.findings == [])
        let cluster = try #require(policy.cluster("c"))
        #expect(cluster.kubernetes.value == "1.33")
        #expect(cluster.cluster.location.description == "fleet.yaml:2:3")
        #expect(cluster.offer.storageClasses == ["a", "b"])
        #expect(cluster.offer.priorityClasses == [])
        #expect(cluster.offer.ingressClasses == nil && cluster.offer.clusterIssuers == nil)
        #expect(cluster.withoutAlerts.value == nil && policy.cluster("d")?.withoutAlerts.value == "why")
        #expect(policy.cluster("e") == nil)
    }

    @Test(arguments: [
        ("clusters: {c: {kubernetes: '1.34.2'}}", []),
        ("clusters: {c: {kubernetes: 1.34}}", ["schema/type fleet.yaml:1:28"]),
        ("clusters: {c: {kubernetes: '2.1'}}", ["schema/pattern fleet.yaml:1:28"]),
        ("clusters: {c: {storageClasses: [a]}}", ["schema/unknown-key fleet.yaml:1:16"]),
        ("clusters: {c: {storage_classes: a}}", ["schema/type fleet.yaml:1:33"]),
        ("clusters: {cc: {}}", ["fleet/unknown-cluster fleet.yaml:1:12"]),
    ])
    func whatCannotBeIsAnErrorAtItsPlace(_ text: String, _ expected: [String]) async throws {
        let folder = try TemporaryFolder().write([
            "fleet.yaml": text + "\n",
            "config/clusters/c/cluster.yaml": "name: c\nprovider: local\nhubs: []\n",
        ])
        let policy = await FleetPolicy.read(WorkingTree(folder.path))
        let fleet = try await FleetReader.read(WorkingTree(folder.path)).fleet
        let found = (policy.findings + policy.findings(on: fleet)).map { "\($0.rule) \($0.location)" }
        #expect(found == expected)
    }

    /// Each key of the schema is a fact, and no other.
    @Test func theFactsAreThoseOfTheSchema() {
        let keys = ConfigurationSchema.fleet.document["definitions", "cluster", "properties"]?.pairs.map(\.key)
        #expect(
            keys == [
                "kubernetes", "storage_classes", "ingress_classes", "cluster_issuers", "priority_classes",
                "without_alerts",
            ])
    }
}
