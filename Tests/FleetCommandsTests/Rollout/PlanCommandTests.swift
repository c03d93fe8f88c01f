import ArgumentParser
import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Rollout
import Testing
import Texts

@testable import FleetCommands

/// `plan` as people run it, with the real git.
@Suite(.tags(.medium), .needs("git"))
struct PlanCommandTests {
    private static let files = [
        "fleet.yaml": "", "helm-charts/basehub/Chart.yaml": "name: basehub\nversion: 1.0.0\n",
        "helm-charts/basehub/values.yaml": "jupyterhub: {cull: {timeout: 3600, every: 600}}\n",
        "config/clusters/earth/cluster.yaml": """
        name: earth
        provider: kubeconfig
        metadata: {}
        kubeconfig: {file: enc-k.secret.yaml}
        hubs:
          - {name: staging, domain: s.example.org, helm_chart: basehub, helm_chart_values_files: [common.values.yaml, staging.values.yaml]}
          - {name: prod, domain: p.example.org, helm_chart: basehub, helm_chart_values_files: [common.values.yaml, prod.values.yaml, enc-prod.secret.values.yaml]}
          - {name: quiet, domain: q.example.org, helm_chart: basehub, helm_chart_values_files: [common.values.yaml, quiet.values.yaml]}

        """,
        "config/clusters/earth/enc-k.secret.yaml": "server: ENC[canary-1]\nsops: {mac: m}\n",
        "config/clusters/earth/common.values.yaml": "page: {title: Earth, colour: blue}\n",
        "config/clusters/earth/staging.values.yaml": "page: {title: Staging}\n",
        "config/clusters/earth/prod.values.yaml": "limit: 1G\n",
        "config/clusters/earth/quiet.values.yaml": "page: {title: Quiet, colour: grey}\n",
        "config/clusters/earth/enc-prod.secret.values.yaml":
            "login: ENC[canary-2]\nsops: {mac: m, lastmodified: t, version: 3}\n",
    ]

    /// A fleet and what its commands run with. The double of helm shows one value in the hub's pod.
    private func sample(
        changed: Bool = true, helm: @escaping @Sendable (Invocation) throws -> CommandOutput = PlanCommandTests.helm
    ) async throws -> (CommandCase, FleetContext) {
        var sample = CommandCase(folder: try TemporaryFolder().write(Self.files))
        try await sample.folder.commitAll()
        // What git does not look at is no part of the fleet.
        sample.environment = ["XDG_CACHE_HOME": sample.folder.path + "/.git/cache"]
        if changed {
            try sample.folder.write([
                "config/clusters/earth/common.values.yaml": "# All hubs.\npage: {title: The earth, colour: green}\n",
                "config/clusters/earth/prod.values.yaml": "limit: \"`2G` | @all <b>\"\n",
                "config/clusters/earth/enc-prod.secret.values.yaml":
                    "login: ENC[canary-3]\nsops: {mac: n, lastmodified: t, version: 3}\n",
            ])
        }
        var context = sample.context
        let real = try RealThings.runner()
        context.doors.runner = ScriptedCommandRunner { call in
            switch call.program {
            case "sops": CommandOutput(standardError: "Failed to get the data key", status: 1)
            case "helm": try helm(call)
            default: try await real.run(call)
            }
        }
        return (sample, context)
    }

    private static func helm(_ call: Invocation) -> CommandOutput {
        guard call.arguments.first == "template" else { return CommandOutput(standardOutput: Array("v4.1.4\n".utf8)) }
        let values = YAMLReader.read(call.standardInput, file: "values").root
        let text = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: hub}
            spec:
              template:
                metadata: {labels: {component: hub}}
                spec: {containers: [{name: hub, env: [{name: COLOUR, value: \(values?["page", "colour"]?.string ?? "")}]}]}

            """
        return CommandOutput(standardOutput: Array(text.utf8))
    }

    private func run(_ context: FleetContext, _ arguments: String...) async throws {
        try await CommandCase.command(["plan", "--base", "HEAD"] + arguments).run(in: context)
    }

    /// Without what git makes anew in each run.
    private func steady(_ text: String) -> String {
        text.replacing(/[0-9a-f]{64}|[0-9a-f]{40}/, with: "COMMIT").replacing(/\b[0-9a-f]{12}\b/, with: "COMMIT")
    }

    @Test(arguments: ["table", "markdown", "json"]) func printsEachForm(_ format: String) async throws {
        let (sample, context) = try await sample()
        try await run(context, "--format", format)
        let suffix = ["markdown": "md", "json": "json"][format] ?? "txt"
        try expectGolden(steady(sample.output.results) + "\n", "plan.\(suffix)")
        #expect(!sample.output.results.contains("canary"))
    }

    @Test(arguments: ["earth/prod", "earth/quiet", "earth/staging"]) func explainsOneHub(_ hub: String) async throws {
        let (sample, context) = try await sample()
        try await run(context, "--explain", hub)
        try expectGolden(sample.output.results + "\n", "plan-explain-\(hub.split(separator: "/")[1]).txt")
    }

    @Test func theStatusTellsOfDifferencesWhenAsked() async throws {
        let (other, changed) = try await sample()
        try await run(changed)
        await #expect(throws: ExitCode(2)) { try await run(changed, "--detailed-exitcode") }
        #expect(other.output.results.hasPrefix("STAGE"))
        let (same, context) = try await sample(changed: false)
        try await run(context, "--detailed-exitcode")
        #expect(same.output.results == "nothing to deploy")
    }

    @Test func aRefusedPlanFails() async throws {
        let (sample, context) = try await sample(changed: false)
        let file = "config/clusters/earth/cluster.yaml"
        try sample.folder.write([file: sample.folder.read(file).replacing("name: prod", with: "name: main")])
        await #expect(throws: ExitCode(1)) { try await run(context) }
        #expect(
            sample.output.messages.first?.hasPrefix("\(file):7:12: error: earth/main looks like earth/prod") == true)
        #expect(sample.output.messages.first?.contains("{moved_from: earth/prod}") == true)
    }

    @Test func savesThePlan() async throws {
        let (sample, context) = try await sample()
        try await run(context, "--out", "plan.json")
        let saved = try sample.folder.read("plan.json")
        #expect(saved.contains("\"helm\" : \"v4.1.4\"") && !saved.contains("canary"))
        #expect(saved.components(separatedBy: "\"consequences\"").count == 3)
        let schema = JSONSchema(PlanDocument.schema, file: "plan.schema.yaml")
        #expect(schema.accepts(try #require(YAMLReader.read(saved, file: "plan.json").root)))
        let (asked, other) = try await self.sample()
        try await run(other, "--schema")
        #expect(asked.output.results.contains("\"title\" : \"Plan of a change\""))
    }

    @Test func rendersNothingWhenAsked() async throws {
        let (sample, context) = try await sample { call in
            throw UnexpectedCall(description: "helm \(call.arguments)")
        }
        try await run(context, "--no-render")
        #expect(sample.output.results.hasPrefix("STAGE"))
        #expect(!sample.output.results.contains("What people will notice"))
        try await run(context, "--no-render", "--format", "json")
        #expect(!sample.output.results.contains("\"consequences\""))
    }

    @Test func withoutHelmItSaysWhatItCannotSay() async throws {
        let (sample, context) = try await sample { _ in throw CommandError.notFound(program: "helm") }
        try await run(context)
        #expect(sample.output.results.hasPrefix("STAGE"))
        #expect(
            sample.output.results.contains(
                "earth/staging  cannot be judged here\nearth/prod     cannot be judged here\n"))
        #expect(sample.output.results.contains("cannot be judged here\n    helm is not to be found\n"))
        await #expect(throws: ExitCode(2)) { try await run(context, "--detailed-exitcode", "--format", "markdown") }
    }

    @Test func whatHelmRefusesIsNoPlan() async throws {
        let (sample, context) = try await sample { call in
            let isGreen = String(decoding: call.standardInput, as: UTF8.self).contains("green")
            return isGreen ? CommandOutput(standardError: "no green here", status: 1) : Self.helm(call)
        }
        await #expect(throws: ExitCode(1)) { try await run(context, "--format", "json") }
        #expect(sample.output.messages.contains("earth/staging: helm cannot render it: no green here"))
        #expect(sample.output.results.contains("\"not_rendered\" : \"helm cannot render it: no green here\""))
    }

    @Test func comparesWithAnotherDeployer() async throws {
        let (sample, context) = try await sample()
        try sample.folder.write([
            "jobs": "prod-jobs=[{\"cluster_name\": \"earth\", \"hub_name\": \"quiet\", \"choice_reason\": \"x\"}]\n"
        ])
        try await run(context, "--compare-with", "jobs")
        #expect(sample.output.results.contains("2 missed by the other: earth/staging, earth/prod"))
        #expect(sample.output.results.contains("1 deployed by the other for nothing: earth/quiet"))
        await #expect(throws: ValidationError.self) { try await run(context, "--compare-with", "nothing") }
    }

    @Test func labelsThatMeanNothingAreNamed() async throws {
        let (sample, context) = try await sample()
        try await run(context, "--label", "deployer:skip-deplyo", "--label", "deployer:skip-deploy-hubs")
        #expect(
            sample.output.messages.first
                == "the label \"deployer:skip-deplyo\" means nothing here; did you mean \"deployer:skip-deploy\"?")
        #expect(sample.output.results.contains("earth/prod: kept back by the label deployer:skip-deploy-hubs"))
    }

    @Test(arguments: [
        ["--base", "a", "--from", "b"], ["--base", ""], ["--explain", "a/b", "c"], ["--out", ""],
        ["--compare-with", "x", "--format", "json"], ["--format", "xml"], ["--no-render", "--out", "plan.json"],
        ["--kubernetes", "new"], ["--helm", ""],
    ])
    func refusesWrongUsage(_ arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try HubfleetCommand.parseAsRoot(["plan"] + arguments) }
        #expect(error.map { HubfleetCommand.exitCode(for: $0) } == .validationFailure)
    }

    @Test func aFolderWithoutGitIsRefused() async throws {
        let sample = CommandCase(folder: try TemporaryFolder().write(Self.files))
        var context = sample.context
        context.doors.runner = try RealThings.runner()
        await #expect(throws: GitError.noRepository(folder: sample.folder.path)) { try await run(context) }
    }
}

/// A comment is one, however large the plan is, and holds no markup of others.
@Suite(.tags(.medium), .needs("git"))
struct PlanMarkdownTests {
    @Test(arguments: ["a", "`", "``a`", "a|b", "@all", "<img src=x>", "", "a\nb", "\u{202E}"])
    func textOfTheFleetIsCode(_ text: String) {
        let code = Markdown.code(text)
        #expect(!code.contains("\n") && !code.unicodeScalars.contains("\u{202E}"))
        let fence = code.prefix { $0 == "`" }
        #expect(!fence.isEmpty && code.hasSuffix(fence))
        let inner = code.dropFirst(fence.count).dropLast(fence.count)
        #expect(!inner.split { $0 != "`" }.contains { $0.count == fence.count })
    }

    /// Two hundred hubs with two hundred values each.
    @Test func aLargePlanFits() async throws {
        let values = (0..<200).map { "key\($0): 1\n" }.joined()
        var files = ["helm-charts/basehub/Chart.yaml": "name: basehub\n"]
        let hubs = (0..<200).map {
            "  - {name: hub\($0), helm_chart: basehub, helm_chart_values_files: [common.values.yaml, h\($0).values.yaml]}\n"
        }
        for index in 0..<200 { files["config/clusters/c/h\(index).values.yaml"] = "own\(index): 1\n" }
        files["config/clusters/c/cluster.yaml"] = "name: c\nprovider: local\nhubs:\n" + hubs.joined()
        files["config/clusters/c/common.values.yaml"] = values
        let folder = try TemporaryFolder().write(files)
        try await folder.commitAll()
        for index in 0..<200 { files["config/clusters/c/h\(index).values.yaml"] = "own\(index): 2\n" }
        files["config/clusters/c/common.values.yaml"] = values.replacing(
            ": 1", with: ": \(String(repeating: "x", count: 90))")
        try folder.write(files)
        let runner = try RealThings.runner()
        let sources = try await FleetSources(of: WorkingTree(folder.path), from: "HEAD", to: nil, runner: runner)
        let plan = try await Planner(FleetStates(sources, runner: runner)).plan()
        let text = PlanMarkdown(plan).text
        #expect(text.utf8.count <= Markdown.limit && text.utf8.count > Markdown.limit / 2)
        #expect(text.hasPrefix("<!-- hubfleet-plan -->\n"))
        #expect(text.contains("more parts are left out here"))
        #expect(text.components(separatedBy: "<details>").count == text.components(separatedBy: "</details>").count)
    }
}
