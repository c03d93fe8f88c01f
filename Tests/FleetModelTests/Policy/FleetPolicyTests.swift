import FleetModel
import FleetTesting
import Testing

@Suite(.tags(.medium))
struct FleetPolicyTests {
    static func policy(_ text: String?) async throws -> FleetPolicy {
        let folder = try TemporaryFolder()
        if let text { try folder.write(["fleet.yaml": text]) }
        return await FleetPolicy.read(WorkingTree(folder.path))
    }

    @Test(arguments: [nil, "", "# nothing\n", "tiers:\n  essential:\n"])
    func hasDocumentedDefaults(_ text: String?) async throws {
        let policy = try await Self.policy(text)
        #expect(policy.findings == [])
        let essential = try #require(policy.values["tiers", "essential"])
        #expect(essential["representatives_min"]?.integer == 1)
        #expect(essential["representatives_max"]?.integer == 2)
        #expect(essential["dynamic_image_building"]?.bool == false)
        #expect(policy.values["tiers", "binder-anonymous", "dynamic_image_building"]?.bool == true)
        #expect(policy.values["tiers", "advanced", "gpu"]?.bool == true)
        #expect(policy.values["placement", "dedicated"]?.oneLine() == "{provider: \"aws\", region: \"us-west-2\"}")
        #expect(policy.values["placement", "shared", "provider"]?.string == "gcp")
        #expect(policy.values["homes", "quota_gb"]?.integer == 10)
        #expect(policy.values["homes", "shared_readwrite"]?.string == "shared_readwrite")
        #expect(policy.values["costs", "alert_over_previous_month_percent"]?.integer == 20)
        #expect(policy.values["operator", "name"] == nil)
    }

    @Test func theFileWinsWhereItSpeaks() async throws {
        let policy = try await Self.policy(
            "tiers: {premium: {providers: [gcp], gpu: false}}\nhomes: {quota_gb: 25}\noperator: {name: Example}\n")
        #expect(policy.findings == [])
        #expect(policy.values["tiers", "premium", "providers"]?.oneLine() == "[\"gcp\"]")
        #expect(policy.values["tiers", "premium", "gpu"]?.bool == false)
        #expect(policy.values["tiers", "premium", "own_domain"]?.bool == true)
        #expect(policy.values["homes", "quota_gb"]?.location.description == "fleet.yaml:2:19")
    }

    @Test func everyDefaultIsAllowed() async throws {
        let schema = JSONSchema(ConfigurationSchema.fleet.document, file: "fleet.schema.yaml")
        #expect(schema.findings == [])
        #expect(schema.violations(in: try await Self.policy(nil).values) == [])
    }

    /// What `validate --schema cluster` gives editors accepts what Hubfleet reads, and refuses what it refuses.
    @Test func theSchemaOfClusterYAMLAgreesWithTheReader() async throws {
        let schema = JSONSchema(ConfigurationSchema.cluster.document, file: "cluster.schema.yaml")
        #expect(schema.findings == [])
        let good = try #require(YAMLReader.read(BrokenClusterTests.good, file: "cluster.yaml").root)
        #expect(schema.violations(in: good).map(\.message) == [])
        for (text, broken) in [
            ("hubs:", "hups:"), ("provider: ", "provider: my"), ("helm_chart:", "helm_charts:"),
        ] {
            let changed = BrokenClusterTests.good.replacing(text, with: broken)
            try #require(changed != BrokenClusterTests.good)
            let root = try #require(YAMLReader.read(changed, file: "cluster.yaml").root)
            #expect(!schema.accepts(root), "\(broken)")
        }
    }
}
