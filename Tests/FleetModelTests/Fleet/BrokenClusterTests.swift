import FleetModel
import FleetTesting
import Foundation
import Testing

/// One way to break a good `cluster.yaml`, and what the reader must say.
struct BrokenCluster: Sendable, CustomTestStringConvertible {
    let title: String
    /// Text of the good file, and what replaces it. Nothing: the whole file is replaced.
    let replace: String
    let with: String
    /// `rule line:column`, in the order of their places.
    let expected: [String]

    init(_ title: String, _ replace: String, _ with: String, _ expected: String...) {
        self.title = title
        self.replace = replace
        self.with = with
        self.expected = expected
    }

    var testDescription: String { title }
}

@Suite(.tags(.medium))
struct BrokenClusterTests {
    static let good = """
        name: good
        provider: gcp
        provider_url: https://console.example.org/
        metadata:
          operator:
            hubspot_deal_id: 12345
        gcp:
          key: enc-key.secret.json
          project: a-project
          cluster: a-cluster
          zone: us-central1-b
          billing:
            paid_by_us: true
            bigquery:
              project: a-project
              dataset: costs
              billing_id: 0157F7-E3EA8C-25AC3C
        support:
          helm_chart_values_files:
            - support.values.yaml
        hubs:
          - name: staging
            display_name: Staging
            domain: staging.example.org
            helm_chart: basehub
            helm_chart_values_files:
              - common.values.yaml
              - staging.values.yaml
          - name: prod
            domain: example.org
            helm_chart: basehub
            helm_chart_values_files:
              - common.values.yaml
            uptime_check:
              expected_status: "200"

        """

    private func findings(_ clusterYAML: String) async throws -> [Finding] {
        let folder = try TemporaryFolder().write([
            "config/clusters/good/cluster.yaml": clusterYAML, "config/clusters/good/enc-key.secret.json": "{}",
            "config/clusters/good/support.values.yaml": "", "config/clusters/good/common.values.yaml": "",
            "config/clusters/good/staging.values.yaml": "", "helm-charts/basehub/Chart.yaml": "name: basehub",
            "config/clusters/templates/cluster.yaml": "name: {{ cluster }}",
        ])
        return try await FleetReader.read(WorkingTree(folder.path)).findings
    }

    @Test func findsNothingWrongWithTheGoodOne() async throws {
        #expect(try await findings(Self.good) == [])
    }

    @Test(arguments: cases)
    func reports(_ broken: BrokenCluster) async throws {
        #expect(broken.replace.isEmpty || Self.good.contains(broken.replace), "the case does not change the file")
        let text =
            broken.replace.isEmpty
            ? broken.with : Self.good.replacing(broken.replace, with: broken.with, maxReplacements: 1)
        let findings = try await findings(text)
        #expect(
            findings.map { "\($0.rule) \($0.location.line):\($0.location.column)" } == broken.expected, "\(findings)")
        #expect(findings.allSatisfy { $0.location.file == "config/clusters/good/cluster.yaml" })
    }

    static let cases = [
        // The file as a whole
        BrokenCluster("empty file", "", "", "cluster/empty 1:1"),
        BrokenCluster("only a comment", "", "# nothing\n", "cluster/empty 1:1"),
        BrokenCluster("a list", "", "- name: x\n", "cluster/type 1:1"),
        BrokenCluster("a word", "", "hello\n", "cluster/type 1:1"),
        BrokenCluster("broken syntax", "provider: gcp", "provider: [gcp", "yaml/syntax 3:13"),
        BrokenCluster("tab for indentation", "  key: enc", "\tkey: enc", "yaml/syntax 8:1"),
        BrokenCluster("a second document", "support:", "---\nsupport:", "yaml/several-documents 18:1"),
        BrokenCluster(
            "unknown alias", "zone: us-central1-b", "zone: *zone", "cluster/missing-key 11:3", "yaml/unknown-alias 11:9"
        ),
        // The cluster
        BrokenCluster("unknown key", "provider_url:", "provider_uri:", "cluster/unknown-key 3:1"),
        BrokenCluster("no name", "name: good\n", "", "cluster/missing-key 1:1"),
        BrokenCluster("empty name", "name: good", "name:", "cluster/missing-key 1:1"),
        BrokenCluster("name is a number", "name: good", "name: 12", "cluster/type 1:7"),
        BrokenCluster("folder named otherwise", "name: good", "name: other", "cluster/folder-name 1:7"),
        BrokenCluster(
            "cluster name with a line break", "name: good", "name: \"good\\n#\"", "cluster/cluster-name 1:7",
            "cluster/folder-name 1:7"),
        BrokenCluster(
            "values file with a line break", "- staging.values.yaml", "- \"staging\\r#.yaml\"", "cluster/file-name 28:9"
        ),
        BrokenCluster(
            "duplicate key", "provider_url: https", "provider: gcp\nprovider_url: https", "yaml/duplicate-key 3:1"),
        BrokenCluster("unknown provider", "provider: gcp", "provider: gpc", "cluster/value 2:11"),
        BrokenCluster("no provider", "provider: gcp\n", "", "cluster/missing-key 1:1"),
        BrokenCluster("provider is a list", "provider: gcp", "provider: [gcp]", "cluster/type 2:11"),
        BrokenCluster("block of another provider", "provider: gcp", "provider: local", "cluster/other-provider 7:1"),
        BrokenCluster(
            "provider without its block", "provider: gcp", "provider: aws", "cluster/provider-block 2:11",
            "cluster/other-provider 7:1"),
        BrokenCluster("url without scheme", "https://console", "console", "cluster/value 3:15"),
        BrokenCluster("unknown tenancy", "support:", "tenancy: common\nsupport:", "cluster/value 18:10"),
        BrokenCluster(
            "metadata is text", "metadata:\n  operator:\n    hubspot_deal_id: 12345\n", "metadata: x\n",
            "cluster/type 4:11"),
        BrokenCluster(
            "notes are text", "metadata:\n  operator:\n    hubspot_deal_id: 12345\n", "metadata:\n  operator: x\n",
            "cluster/type 5:13"),
        // The provider's block
        BrokenCluster("block is a list", "gcp:\n  key", "gcp:\n  - key", "yaml/syntax 9:3"),
        BrokenCluster(
            "unknown key in the block", "zone: us", "region: us", "cluster/missing-key 8:3", "cluster/unknown-key 11:3"),
        BrokenCluster("no project", "  project: a-project\n  cluster", "  cluster", "cluster/missing-key 8:3"),
        BrokenCluster("yes is no text", "cluster: a-cluster", "cluster: yes", "cluster/type 10:12"),
        BrokenCluster(
            "billing missing",
            "  billing:\n    paid_by_us: true\n    bigquery:\n      project: a-project\n      dataset: costs\n      billing_id: 0157F7-E3EA8C-25AC3C\n",
            "", "cluster/missing-key 8:3"),
        BrokenCluster(
            "paid by us without BigQuery",
            "    bigquery:\n      project: a-project\n      dataset: costs\n      billing_id: 0157F7-E3EA8C-25AC3C\n",
            "", "cluster/missing-key 13:5"),
        BrokenCluster("paid by us is text", "paid_by_us: true", "paid_by_us: 'true'", "cluster/type 13:17"),
        BrokenCluster("BigQuery without data set", "      dataset: costs\n", "", "cluster/missing-key 15:7"),
        BrokenCluster("key file missing", "enc-key.secret.json", "enc-kye.secret.json", "cluster/missing-file 8:8"),
        // Support
        BrokenCluster(
            "unknown key of support", "support:\n  helm_chart_values_files", "support:\n  values",
            "cluster/unknown-key 19:3"),
        BrokenCluster(
            "support file missing", "- support.values.yaml", "- suport.values.yaml", "cluster/missing-file 20:7"),
        BrokenCluster(
            "support files are text", "helm_chart_values_files:\n    - support.values.yaml",
            "helm_chart_values_files: support.values.yaml", "cluster/type 19:28"),
        // Hubs
        BrokenCluster("hubs is a map", "hubs:\n  - name: staging", "hubs:\n    name: staging", "yaml/syntax 29:3"),
        BrokenCluster(
            "hubs is text",
            "hubs:\n"
                + good.split(separator: "hubs:\n", maxSplits: 1)[1], "hubs: none\n", "cluster/type 21:7"),
        BrokenCluster("hub is text", "  - name: prod\n", "  - just-a-word\n  - name: prod\n", "cluster/type 29:5"),
        BrokenCluster("hub without name", "- name: prod\n    domain", "- domain", "cluster/missing-key 29:5"),
        BrokenCluster("duplicate hub name", "name: prod", "name: staging", "cluster/duplicate-hub 29:11"),
        BrokenCluster("hub name is no namespace", "name: prod", "name: Prod_1", "cluster/hub-name 29:11"),
        BrokenCluster(
            "unknown key of the second hub", "    domain: example.org", "    domain: example.org\n    bogus: 1",
            "cluster/unknown-key 31:5"),
        BrokenCluster(
            "domain used twice", "domain: example.org", "domain: staging.example.org", "cluster/duplicate-domain 30:13"),
        BrokenCluster(
            "domain with scheme", "domain: example.org", "domain: https://example.org", "cluster/domain 30:13"),
        BrokenCluster("domain in capitals", "domain: example.org", "domain: Example.org", "cluster/domain 30:13"),
        BrokenCluster("no domain", "    domain: example.org\n", "", "cluster/missing-key 29:5"),
        BrokenCluster(
            "unknown chart",
            "helm_chart: basehub\n    helm_chart_values_files:\n      - common.values.yaml\n    uptime",
            "helm_chart: bashub\n    helm_chart_values_files:\n      - common.values.yaml\n    uptime",
            "cluster/unknown-chart 31:17"),
        BrokenCluster(
            "no values files", "    helm_chart_values_files:\n      - common.values.yaml\n    uptime", "    uptime",
            "cluster/missing-key 29:5"),
        BrokenCluster(
            "values file missing", "- staging.values.yaml", "- stagin.values.yaml", "cluster/missing-file 28:9"),
        BrokenCluster(
            "values file is a map", "- staging.values.yaml", "- file: staging.values.yaml", "cluster/type 28:9"),
        BrokenCluster(
            "values file listed twice", "- staging.values.yaml", "- common.values.yaml", "cluster/duplicate-file 28:9"),
        BrokenCluster(
            "values file listed twice in two ways", "- staging.values.yaml", "- .//common.values.yaml",
            "cluster/duplicate-file 28:9"),
        BrokenCluster(
            "values file with a slash at its end", "- staging.values.yaml", "- staging.values.yaml/",
            "cluster/missing-file 28:9"),
        BrokenCluster(
            "values file leads out", "- staging.values.yaml", "- ../good/staging.values.yaml", "cluster/outside 28:9"),
        BrokenCluster("absolute values file", "- staging.values.yaml", "- /etc/passwd", "cluster/outside 28:9"),
        BrokenCluster("values file is a folder", "- staging.values.yaml", "- .", "cluster/missing-file 28:9"),
        BrokenCluster(
            "chart override missing", "    uptime_check", "    chart_override: chart.yaml\n    uptime_check",
            "cluster/missing-file 34:21"),
        BrokenCluster(
            "domain override missing", "    uptime_check",
            "    domain_override_file: enc-domain.secret.yaml\n    uptime_check", "cluster/missing-file 34:27"),
        BrokenCluster("status is a number", "expected_status: \"200\"", "expected_status: 200", "cluster/type 35:24"),
        BrokenCluster("unknown key of the check", "expected_status", "expected", "cluster/unknown-key 35:7"),
        BrokenCluster(
            "everything at once", "", "nme: good\nprovider: aws\nhubs:\n  - name: A\n    helm_chart: 5\n",
            "cluster/missing-key 1:1", "cluster/unknown-key 1:1", "cluster/provider-block 2:11",
            "cluster/missing-key 4:5", "cluster/missing-key 4:5", "cluster/hub-name 4:11", "cluster/type 5:17"),
    ]

    @Test func reportsWhatConcernsTwoClusters() async throws {
        let cluster =
            "name: NAME\nprovider: local\nhubs:\n  - name: prod\n    domain: example.org\n    helm_chart: basehub\n    helm_chart_values_files: []\n"
        let folder = try TemporaryFolder().write([
            "config/clusters/a/cluster.yaml": cluster.replacing("NAME", with: "a"),
            "config/clusters/b/cluster.yaml": cluster.replacing("NAME", with: "a"),
            "config/clusters/c/notes.txt": "", "helm-charts/basehub/Chart.yaml": "",
        ])
        let findings = try await FleetReader.read(WorkingTree(folder.path)).findings
        #expect(
            findings.map(\.rule) == [
                "cluster/duplicate-cluster", "cluster/folder-name", "cluster/duplicate-domain", "cluster/no-file",
            ])
        #expect(findings[2].related.map(\.description) == ["config/clusters/a/cluster.yaml:5:13"])
        #expect(findings[3].severity == .warning)
    }

    @Test func saysThatAClusterIsALinkElsewhere() async throws {
        let outside = try TemporaryFolder().write(["cluster.yaml": "name: out\nprovider: local\nhubs: []\n"])
        let folder = try TemporaryFolder().write(["config/clusters/notes.txt": ""])
        for (name, target) in [("out", outside.path), ("gone", "nothing")] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder.path)/config/clusters/\(name)", withDestinationPath: target)
        }
        let reading = try await FleetReader.read(WorkingTree(folder.path))
        #expect(reading.fleet.clusters == [])
        #expect(
            reading.findings.map { "\($0.location) \($0.severity) \($0.rule)" } == [
                "config/clusters/gone:1:1 warning cluster/no-file", "config/clusters/out:1:1 error cluster/outside",
            ])
        withExtendedLifetime(outside) {}
    }

    @Test func tellsWhatIsAboutOneHub() async throws {
        let hub = "  - {name: NAME, helm_chart: basehub, helm_chart_values_files: [NAME.yaml]}\n"
        let folder = try TemporaryFolder().write([
            "config/clusters/c/cluster.yaml": "name: c\nprovider: local\nhubs:\n"
                + ["a", "b"].map { hub.replacing("NAME", with: $0) }.joined() + "unknown: 1\n",
            "config/clusters/c/a.yaml": "", "helm-charts/basehub/Chart.yaml": "",
        ])
        let reading = try await FleetReader.read(WorkingTree(folder.path))
        let cluster = try #require(reading.fleet.clusters.first)
        let rules = cluster.hubs.map { reading.findings(of: [$0], on: cluster).map(\.rule) }
        #expect(rules == [["cluster/unknown-key"], ["cluster/missing-file", "cluster/unknown-key"]])
    }

    @Test func aFolderWithoutTheMarksOfAFleetIsNone() async throws {
        let folder = try TemporaryFolder().write(["config/notes.txt": ""])
        await #expect(throws: FleetSourceError.noFleet) { try await FleetReader.read(WorkingTree(folder.path)) }
        try folder.write(["fleet.yaml": ""])
        #expect(try await FleetReader.read(WorkingTree(folder.path)).findings == [])
    }

    /// Neither waits for ever on a pipe nor fills the memory.
    @Test(.timeLimit(.minutes(20))) func doesNotReadWhatIsNoPlainFile() async throws {
        let folder = try TemporaryFolder().write([
            "config/clusters/folder/cluster.yaml/x": "", "config/clusters/pipe/x": "", "config/clusters/huge/x": "",
        ])
        let clusters = folder.path + "/config/clusters"
        #expect(mkfifo(clusters + "/pipe/cluster.yaml", 0o600) == 0)
        _ = FileManager.default.createFile(atPath: clusters + "/huge/cluster.yaml", contents: nil)
        #expect(truncate(clusters + "/huge/cluster.yaml", 100 << 20) == 0)
        let findings = try await FleetReader.read(WorkingTree(folder.path)).findings
        #expect(findings.map(\.rule) == Array(repeating: "cluster/no-file", count: 3))
        #expect(findings.allSatisfy { $0.severity == .error })
    }

    @Test(arguments: ["\u{FEFF}" + good, good.replacing("\n", with: "\r\n")])
    func readsFilesOfOtherSystems(_ text: String) async throws {
        #expect(try await findings(text) == [])
    }

    @Test func advisesOnMisspeltNames() async throws {
        let findings = try await findings(Self.good.replacing("helm_chart: basehub", with: "helm_chrat: basehub"))
        #expect(findings.contains { $0.advice == "did you mean \"helm_chart\"?" })
    }
}
