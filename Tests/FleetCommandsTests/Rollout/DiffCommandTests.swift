import ArgumentParser
import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Testing

@testable import FleetCommands

/// What `diff` and `charts fetch` take, and what they say before helm is asked.
@Suite(.tags(.medium), .needs("git"))
struct DiffCommandTests {
    @Test(arguments: [
        ["diff", "--kubernetes", "new"], ["diff", "--kubernetes", "1.34; rm"], ["diff", "--base", ""],
        ["diff", "--helm", ""], ["diff", "--format", "yaml"], ["charts", "fetch", "--offline", "--again"],
    ])
    func refusesWhatItDoesNotUnderstand(_ arguments: [String]) {
        #expect(throws: (any Error).self) { _ = try CommandCase.command(arguments) }
    }

    /// A fleet in git with one hub, whose chart says that it depends on another.
    private func sample() async throws -> (command: CommandCase, runner: ScriptedCommandRunner) {
        let folder = try TemporaryFolder().write([
            "helm-charts/basehub/Chart.yaml":
                "name: basehub\nversion: 0.1.0\n"
                + "dependencies: [{name: jupyterhub, version: 1.0.0, repository: \"https://example.org\"}]\n",
            "config/clusters/earth/cluster.yaml": """
            name: earth
            provider: kubeconfig
            metadata: {}
            kubeconfig: {file: enc-k.secret.yaml}
            hubs:
              - {name: prod, domain: example.org, helm_chart: basehub, helm_chart_values_files: [a.values.yaml]}

            """,
            "config/clusters/earth/a.values.yaml": "a: 1\n",
            "config/clusters/earth/enc-k.secret.yaml": "sops: {mac: m, version: 3, lastmodified: t}\n",
        ])
        try await folder.commitAll()
        var command = CommandCase(folder: folder)
        command.environment = ["XDG_CACHE_HOME": folder.path + "/cache"]
        let real = try RealThings.runner()
        let runner = ScriptedCommandRunner { invocation in
            guard invocation.program == "helm" else { return try await real.run(invocation) }
            guard invocation.arguments.first == "version" else {
                throw UnexpectedCall(description: "unexpected call of helm: \(invocation.arguments)")
            }
            return CommandOutput(standardOutput: Array("v4.1.4".utf8))
        }
        return (command, runner)
    }

    private func run(_ arguments: String...) async throws -> (output: RecordingOutput, status: Int32) {
        let (command, runner) = try await sample()
        var context = command.context
        context.runner = runner
        var status: Int32 = 0
        do {
            try await CommandCase.command(arguments).run(in: context)
        } catch let code as ExitCode {
            status = code.rawValue
        }
        return (command.output, status)
    }

    @Test func aChartThatIsMissingIsNamed() async throws {
        let done = try await run("diff", "--base", "HEAD")
        #expect(done.status == 1)
        #expect(
            done.output.messages == [
                "earth/prod: before: it needs jupyterhub 1.0.0, which is not here; `hubfleet charts fetch` brings what "
                    + "charts depend on", "0 of 1 releases differ; 1 cannot be compared",
            ])
    }

    @Test func fetchingOfflineAsksNobody() async throws {
        let done = try await run("charts", "fetch", "--offline")
        #expect(done.status == 1)
        #expect(
            done.output.results == """
                CHART       VERSION  REPOSITORY           STATE
                jupyterhub  1.0.0    https://example.org  missing
                """)
        let json = try await run("charts", "fetch", "--offline", "--format", "json")
        #expect(json.output.results.contains("\"state\" : \"missing\""))
    }

    @Test func aRevisionThatIsNotThereIsAnError() async throws {
        await #expect(throws: GitError.self) { _ = try await run("diff", "--base", "nowhere") }
    }
}
