import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Logging
import Testing
import Texts

/// The examples of the documentation, run with the built program. Blocks of commands are fenced as `console`.
@Suite(.tags(.large), .timeLimit(.minutes(20)))
struct DocumentationTests {
    static let pages = [
        "README.md", "docs/concepts.md", "docs/operating.md", "docs/validating.md", "docs/planning.md", "docs/homes.md",
        "docs/change-requests.md",
    ]

    /// A command with the output that the page shows for it.
    private struct Example {
        /// `hubfleet` itself, or what an example changes a fleet with.
        let program: String
        let arguments: [String]
        var output: [String] = []
    }

    /// The examples of `hubfleet` on a page. `up` serves until it is stopped, so other tests run it.
    private func examples(_ page: String) throws -> [Example] {
        let text = try String(contentsOfFile: "\(RealThings.packageRoot)/\(page)", encoding: .utf8)
        var examples: [Example] = []
        var isInBlock = false
        var isOurs = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isInBlock = line == "```console"
                isOurs = false
            } else if isInBlock, line.hasPrefix("$ ") {
                let words = line.dropFirst(2).split(separator: " ").map { $0.trimmingCharacters(in: ["'"]) }
                let others = ["git", "sed"]
                isOurs = words[0].hasSuffix("hubfleet") && words[1] != "up" || others.contains(words[0])
                let program = others.contains(words[0]) ? words[0] : HubProgram.path
                if isOurs { examples.append(Example(program: program, arguments: Array(words.dropFirst()))) }
            } else if isInBlock, isOurs {
                examples[examples.count - 1].output.append(String(line))
            }
        }
        return examples
    }

    @Test(.needs("jsonnet"), arguments: pages) func examplesDoWhatThePageSays(_ page: String) async throws {
        let examples = try examples(page)
        #expect(!examples.isEmpty, "the page has no examples; take it off the list")
        let folder = try TemporaryFolder().write(["checkout/here": ""])
        for example in examples {
            let output = try await SubprocessCommandRunner(logger: Logger(label: "test")).run(
                Invocation(
                    example.program, example.arguments,
                    environment: [
                        "PATH": RealThings.searchPath, "XDG_CONFIG_HOME": folder.path + "/config",
                        "XDG_CACHE_HOME": folder.path + "/cache",
                        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "ada",
                        "GIT_AUTHOR_EMAIL": "ada@example.org",
                        "GIT_COMMITTER_NAME": "ada", "GIT_COMMITTER_EMAIL": "ada@example.org",
                    ],
                    workingDirectory: folder.path + "/checkout"))
            #expect(output.status == 0, "\(example.arguments): \(output.standardError)")
            guard !example.output.isEmpty else { continue }
            #expect(output.text.split(separator: "\n").map(String.init) == example.output.filter { !$0.isEmpty })
        }
    }

    @Test func everyRuleIsExplained() throws {
        let page = try String(
            contentsOfFile: RealThings.packageRoot + "/docs/reference/findings.md", encoding: .utf8)
        let files = FileManager.default.enumerator(atPath: RealThings.packageRoot + "/Sources")?.compactMap {
            $0 as? String
        }
        var rules = Set(JSONSchema.Violation.Rule.allCases.map { "schema/\($0.rawValue)" })
        for file in files ?? [] where file.hasSuffix(".swift") {
            let source = try String(contentsOfFile: "\(RealThings.packageRoot)/Sources/\(file)", encoding: .utf8)
            let named = source.matches(of: /"((?:yaml|values|fleet|schema|import)\/[a-z-]+)"/)
            rules.formUnion(named.map { String($0.output.1) })
            guard file.hasPrefix("FleetModel/Fleet/") else { continue }
            rules.formUnion(source.matches(of: /report\(\s*"([a-z-]+)"/).map { "cluster/" + $0.output.1 })
            rules.formUnion(source.matches(of: /rule: "([a-z-]+)"/).map { "cluster/" + $0.output.1 })
        }
        #expect(rules.count > 20)
        for rule in rules.sorted() {
            #expect(page.contains("`\(rule)`"), "\(rule) is not in docs/reference/findings.md")
        }
    }

    /// docs/reference/fleet-yaml.md names every key of the schema, and its example is good.
    @Test func policyIsExplained() async throws {
        let page = try String(
            contentsOfFile: RealThings.packageRoot + "/docs/reference/fleet-yaml.md", encoding: .utf8)
        let keys = keys(of: ConfigurationSchema.fleet.document)
        #expect(keys.count > 60)
        for key in keys {
            #expect(page.contains(try Regex("[`.]\(key)[`.]")), "\(key) is not on the page")
        }
        let example = try #require(page.firstMatch(of: /```yaml\n((?s).*?)```/)).output.1
        let folder = try TemporaryFolder().write(["fleet.yaml": String(example)])
        #expect(await FleetPolicy.read(WorkingTree(folder.path)).findings == [])
    }

    private func keys(of schema: Value) -> [String] {
        (schema.map ?? ValueMap()).flatMap { key, value -> [String] in
            let own = key == "properties" ? value.map?.keys.map(\.text) ?? [] : []
            let below = value.list?.flatMap(keys) ?? keys(of: value)
            return own + (["default", "examples"].contains(key) ? [] : below)
        }
    }

    /// The complete examples of docs/reference/cluster-yaml.md are read without findings.
    @Test func examplesOfClusterYAMLAreGood() async throws {
        let text = try String(
            contentsOfFile: RealThings.packageRoot + "/docs/reference/cluster-yaml.md", encoding: .utf8)
        let blocks = text.matches(of: /```yaml\n((?s).*?)```/).map { String($0.output.1) }.filter {
            $0.hasPrefix("name:") || $0.contains("\nname:")
        }
        #expect(blocks.count >= 5)
        for block in blocks {
            let document = YAMLReader.read(block, file: "cluster.yaml")
            let name = try #require(document.root?["name"]?.string)
            let folder = try TemporaryFolder().write([
                "config/clusters/\(name)/cluster.yaml": block, "helm-charts/basehub/Chart.yaml": "",
                "helm-charts/daskhub/Chart.yaml": "",
            ])
            let findings = try await FleetReader.read(WorkingTree(folder.path)).findings
            // The files that an example names are not part of it.
            #expect(findings.filter { $0.rule != "cluster/missing-file" } == [], "\(block)")
        }
    }
}
