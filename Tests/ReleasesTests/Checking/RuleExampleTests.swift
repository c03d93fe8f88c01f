import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Testing
import Texts

/// docs/rules.md explains every rule, with an example that fails and one that passes; both are run here.
@Suite(.tags(.medium))
struct RuleExampleTests {
    /// A section of the page.
    struct Section: Sendable, CustomTestStringConvertible {
        let id: String
        let text: String
        /// The YAML blocks, by the word before them.
        let fails: [String]
        let passes: [String]

        var testDescription: String { id }
    }

    static let sections: [Section] = {
        let path = RealThings.packageRoot + "/docs/rules.md"
        let page = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return page.split(separator: "\n### ").dropFirst().map { part in
            let id = part.prefix { $0 != "\n" }.trimmingCharacters(in: ["`", " "])
            func blocks(_ word: String) -> [String] {
                part.matches(of: /(\w+):\n\n```yaml\n((?s).*?)```/).filter { $0.output.1 == word }
                    .map { String($0.output.2) }
            }
            return Section(id: id, text: String(part), fails: blocks("Fails"), passes: blocks("Passes"))
        }
    }()

    @Test func everyRuleHasASection() {
        #expect(Self.sections.map(\.id).sorted() == RuleBook.rules.map(\.id).sorted())
        #expect(RuleBook.rules.count >= 30)
        #expect(Set(RuleBook.rules.map(\.id)).count == RuleBook.rules.count)
    }

    @Test(arguments: sections) func sectionSaysWhatTheRuleSays(_ section: Section) throws {
        let rule = try #require(RuleBook.rule(section.id))
        let text = section.text.replacing("\n", with: " ")
        #expect(text.contains("**\(rule.severity.rawValue)**"))
        #expect(text.contains(rule.title), "the title is: \(rule.title)")
        #expect(text.contains(rule.reason), "the reason is: \(rule.reason)")
    }

    @Test(arguments: sections) func examplesFailAndPass(_ section: Section) async throws {
        #expect(!section.fails.isEmpty && !section.passes.isEmpty)
        guard !section.id.hasPrefix("objects/") else {
            for example in section.fails {
                #expect(try await faults(example).contains(section.id), "no fault in:\n\(example)")
            }
            for example in section.passes {
                #expect(try await !faults(example).contains(section.id), "in:\n\(example)")
            }
            return
        }
        for example in section.fails {
            let found = try await findings(example).filter { $0.rule == section.id }
            #expect(!found.isEmpty, "no finding in:\n\(example)")
            for finding in found {
                #expect(finding.location.file.hasPrefix("config/clusters/example/"), "\(finding)")
                #expect(finding.location.line <= example.split(separator: "\n").count + 40)
            }
        }
        for example in section.passes {
            let found = try await findings(example).filter { $0.rule == section.id }
            #expect(found == [], "in:\n\(example)")
        }
    }

    /// The rules that objects are against. Lines `# fleet.yaml` and `# objects.yaml` start a file; a number of bytes is that of
    /// helm's record.
    private func faults(_ example: String) async throws -> [String] {
        let files = ExampleFleet.parts(example, first: "objects.yaml")
        let folder = try TemporaryFolder().write(["fleet.yaml": files["fleet.yaml"] ?? "{}\n"])
        let policy = await FleetPolicy.read(WorkingTree(folder.path))
        #expect(policy.findings == [])
        let objects = try Manifest.objects(Array((files["objects.yaml"] ?? "").utf8), namespace: "prod")
        let size = example.firstMatch(of: /helm keeps ([0-9]+) bytes/).flatMap { Int($0.output.1) }
        #expect(!objects.isEmpty || size != nil, "\(example)")
        let facts = RenderedFacts(
            objects, kubernetes: KubernetesVersion("1.34"), cluster: policy.cluster("example")?.offer ?? ClusterOffer(),
            recordSize: size)
        return RuleBook.faults(in: facts).map(\.rule.id)
    }

    /// What validation says about a hub with these values. Lines `# NAME.yaml` start further files; the last one of
    /// them that is no cluster.yaml is the hub's own.
    private func findings(_ example: String) async throws -> [Finding] {
        let folder = try TemporaryFolder().write(ExampleFleet.files(example))
        let fleet = try await OpenFleet(
            WorkingTree(folder.path), runner: RefusingCommandRunner(), opensEncryptedFiles: false)
        let report = try await fleet.validate(fleet.choosing([]))
        #expect(!report.entries.contains { $0.finding.rule.hasPrefix("yaml/") }, "\(example)")
        return report.entries.map(\.finding)
    }
}

/// A small fleet around an example of docs/rules.md.
enum ExampleFleet {
    static func files(_ example: String) -> [String: String] {
        var files: [String: String] = [
            "helm-charts/basehub/Chart.yaml": """
            name: basehub
            version: 0.1.0
            dependencies:
              - {name: jupyterhub, version: 1.0.0, repository: "https://example.org"}
              - {name: binderhub-service, version: 1.0.0, condition: binderhub-service.enabled}
              - {name: jupyterhub-home-nfs, version: 1.0.0, condition: jupyterhub-home-nfs.enabled}

            """,
            "helm-charts/basehub/values.yaml": "binderhub-service: {enabled: false}\nnfs: {pv: {enabled: false}}\n",
            "helm-charts/basehub/values.schema.yaml": """
            properties: {jupyterhub: {properties: {custom: {properties: {homepage: {}, singleuser: {}, staff: {}}}}}}

            """,
            "helm-charts/basehub/templates/hub.yaml": "",
            "upstream/jupyterhub-1.0.0/Chart.yaml": "name: jupyterhub\nversion: 1.0.0\n",
            "upstream/jupyterhub-1.0.0/values.yaml": """
            hub: {config: {JupyterHub: {authenticator_class: dummy}}, services: {}, loadRoles: {}}
            singleuser: {memory: {guarantee: 1G}, cpu: {}, storage: {}, extraEnv: {}, networkPolicy: {}}
            proxy: {}
            ingress: {enabled: false, hosts: [], tls: []}
            cull: {enabled: true, timeout: 3600}
            custom: {}

            """,
        ]
        let (text, order) = split(example, first: "prod.values.yaml")
        for (name, content) in text where order.contains(name) { files["config/clusters/example/\(name)"] = content }
        let values = order.filter { $0 != "cluster.yaml" }
        files["config/clusters/example/cluster.yaml"] = text["cluster.yaml"] ?? cluster(values)
        return files
    }

    /// The files of an example, by their names.
    static func parts(_ example: String, first: String) -> [String: String] { split(example, first: first).text }

    private static func split(_ example: String, first: String) -> (text: [String: String], order: [String]) {
        var name = first
        var text: [String: String] = [:]
        var order: [String] = []
        for line in example.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("# "), line.hasSuffix(".yaml"), !line.dropFirst(2).contains(" ") {
                name = String(line.dropFirst(2))
            } else {
                if text[name] == nil, !line.isEmpty { order.append(name) }
                text[name, default: ""] += line + "\n"
            }
        }
        return (text, order)
    }

    private static func cluster(_ values: [String]) -> String {
        """
        name: example
        provider: gcp
        metadata: {}
        gcp: {key: enc-key.secret.json, project: p, cluster: c, zone: z, billing: {paid_by_us: false}}
        hubs:
          - name: staging
            domain: staging.hub.example.org
            helm_chart: basehub
            helm_chart_values_files: []
          - name: prod
            domain: hub.example.org
            helm_chart: basehub
            helm_chart_values_files: [\(values.joined(separator: ", "))]

        """
    }
}
