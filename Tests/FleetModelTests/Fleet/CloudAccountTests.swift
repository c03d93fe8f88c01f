import FleetTesting
import Testing
import Texts

@testable import FleetModel

@Suite(.tags(.small))
struct CloudAccountTests {
    /// A whole block of each provider.
    static let blocks: [ProviderKind: String] = [
        .aws: """
        {account: "012345678901", clusterType: eks, key: enc-key.secret.json, clusterName: earth-eks, \
        region: us-west-2, billing: {paid_by_us: true}}
        """,
        .gcp: """
        {key: enc-key.secret.json, project: a-project, cluster: earth-gke, zone: us-central1-b, \
        billing: {paid_by_us: true, bigquery: {project: b, dataset: costs, billing_id: "0-1"}}}
        """,
        .azure: "{key: enc-key.secret.json, resource_group: earth-group, cluster: earth-aks}",
        .kubeconfig: "{file: enc-kubeconfig.secret.yaml}",
        .local: "{first_port: 9000, requirements: requirements.txt}",
    ]

    static func cluster(_ kind: ProviderKind) throws -> Cluster {
        let block = try #require(blocks[kind])
        let text = "name: earth\nprovider: \(kind.rawValue)\nmetadata: {}\n\(kind.rawValue): \(block)\n"
        let root = try #require(YAMLReader.read(text, file: "cluster.yaml").root)
        let collector = FindingCollector()
        let cluster = ClusterReader.read(root, folder: "config/clusters/earth", findings: collector)
        #expect(collector.findings == [])
        return try #require(cluster)
    }

    /// Whoever adds a provider finds here what the others have, and says why it has less.
    @Test func eachProviderSaysWhatItLacks() throws {
        let lacks = try ProviderKind.allCases.map { kind in
            let reasons = try Self.cluster(kind).provider.account.lacks
            #expect(reasons.values.allSatisfy { $0.count > 15 && !$0.hasSuffix(".") }, "\(kind): \(reasons)")
            return "\(kind.rawValue): \(reasons.keys.sorted().joined(separator: ", "))"
        }
        #expect(
            lacks == [
                "aws: ", "gcp: nameForCharts", "azure: accountForCharts, nameForCharts",
                "kubeconfig: accountForCharts, homeDisks, nameForCharts",
                "local: accountForCharts, credentials, homeDisks, machineTypes, nameForCharts",
            ])
    }

    @Test func eachProviderReadsItsWholeBlock() throws {
        let facts = try ProviderKind.allCases.map { kind in
            let account = try Self.cluster(kind).provider.account
            let shown = account.facts.compactMapValues { $0 }.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            return "\(type(of: account).kind.rawValue): \(shown.joined(separator: ", "))"
                + "; files \(account.files.map(\.value).joined(separator: ", "))"
        }
        #expect(
            facts == [
                "aws: account 012345678901, cluster name earth-eks, paid by operator yes, region us-west-2; "
                    + "files enc-key.secret.json",
                "gcp: cluster name earth-gke, paid by operator yes, project a-project, zone us-central1-b; "
                    + "files enc-key.secret.json",
                "azure: cluster name earth-aks, resource group earth-group; files enc-key.secret.json",
                "kubeconfig: kubeconfig enc-kubeconfig.secret.yaml; files enc-kubeconfig.secret.yaml",
                "local: first port 9000, requirements requirements.txt; files requirements.txt",
            ])
    }

    @Test func chartsGetTheNamesThatTheCloudKnows() throws {
        let variables = try ProviderKind.allCases.map { kind in
            let cluster = try Self.cluster(kind)
            let place = SourceLocation(file: "cluster.yaml")
            let hub = Hub(
                name: Located("prod", at: place), cluster: "earth", displayName: nil, domain: nil,
                domainOverrideFile: nil, expectedStatus: nil, chart: Located("basehub", at: place), valuesFiles: [],
                chartOverride: nil, location: place)
            let named = Dictionary(uniqueKeysWithValues: Release(hub, of: cluster).jsonnetVariables)
            #expect(named["VARS_2I2C_CLUSTER_NAME"] == named["HUBFLEET_CLUSTER"])
            return ["HUBFLEET_PROVIDER", "HUBFLEET_CLUSTER", "HUBFLEET_ACCOUNT"].map { named[$0] ?? "" }
        }
        #expect(
            variables == [
                ["aws", "earth-eks", "012345678901"], ["gcp", "earth", "a-project"], ["azure", "earth", "None"],
                ["kubeconfig", "earth", "None"], ["local", "earth", "None"],
            ])
    }

    @Test func knowsTheMachinesOfItsOwnCloudAlone() {
        let types = ["m5.xlarge", "n2-highmem-4", "Standard_E4s_v5"]
        let known = ProviderKind.allCases.map { kind in
            types.map { kind.cloud.machineTypes.value?($0)?.memoryGiB ?? 0 }
        }
        #expect(known == [[16, 0, 0], [0, 32, 0], [0, 0, 32], [16, 32, 32], [0, 0, 0]])
    }

    @Test func noTwoCloudsHaveOneDisk() {
        let disks = ProviderKind.allCases.flatMap { $0.cloud.homeDisks.value ?? [] }
        #expect(disks == ["eks", "gke"])
    }

    /// Only this machine can be described by its name alone.
    @Test func aProviderWithoutItsBlockIsReportedUnlessItIsThisMachine() throws {
        for kind in ProviderKind.allCases {
            let root = try #require(YAMLReader.read("provider: \(kind.rawValue)\n", file: "cluster.yaml").root)
            let collector = FindingCollector()
            var record = try #require(RecordReader(root, path: "", findings: collector))
            let provider = ProviderReader.read(&record, findings: collector)
            #expect((provider == nil) == (kind != .local))
            #expect(collector.findings.map(\.rule) == (kind == .local ? [] : ["cluster/provider-block"]))
        }
    }

    /// The schema that editors get knows the same providers, and the keys that each reads.
    @Test func theSchemaKnowsEachProvider() throws {
        let schema = ConfigurationSchema.cluster.document
        let named = schema["properties", "provider", "enum"]?.list?.compactMap(\.string)
        #expect(named == ProviderKind.allCases.map(\.rawValue))
        for (kind, text) in Self.blocks {
            let block = try #require(YAMLReader.read(text, file: "block.yaml").root)
            let keys = schema["properties", kind.rawValue, "properties"]?.map?.keys.sorted()
            #expect(keys == block.map?.keys.sorted(), "\(kind)")
        }
    }
}
