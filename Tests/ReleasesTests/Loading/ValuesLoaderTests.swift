import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Logging
import Releases
import Testing
import Texts

@Suite(.tags(.medium))
struct ValuesLoaderTests {
    private static let cluster = """
        name: c
        provider: local
        hubs:
          - name: hub
            helm_chart: daskhub
            helm_chart_values_files: [a.yaml, enc-b.secret.yaml]

        """

    private func load(_ files: [String: String], runner: any CommandRunner) async throws -> ValuesLoader.Loaded {
        let folder = try TemporaryFolder().write([
            "config/clusters/c/cluster.yaml": Self.cluster, "helm-charts/basehub/Chart.yaml": "name: basehub",
            "helm-charts/daskhub/Chart.yaml":
                "name: daskhub\ndependencies:\n  - name: basehub\n    repository: file://../basehub\n",
            "helm-charts/basehub/values.yaml": "jupyterhub: {a: 1, b: 1}\n",
        ]).write(files)
        let fleet = try await OpenFleet(WorkingTree(folder.path), runner: runner)
        let cluster = try #require(fleet.fleet.clusters.first)
        return await fleet.load(
            Release(try #require(cluster.hubs.first), of: cluster))
    }

    @Test func mergesChartFilesAndSecrets() async throws {
        let runner = ScriptedCommandRunner { invocation in
            CommandOutput(standardOutput: Array("basehub: {jupyterhub: {token: canary-1}}\n".utf8))
        }
        let files = [
            "config/clusters/c/a.yaml": "basehub: {jupyterhub: {b: 2}}",
            "config/clusters/c/enc-b.secret.yaml":
                "basehub:\n  jupyterhub:\n    token: ENC[x]\nsops: {version: 3, mac: m, lastmodified: t}\n",
        ]
        let loaded = try await load(files, runner: runner)
        #expect(loaded.findings == [])
        let hub = loaded.values.hubValues
        #expect(hub["jupyterhub", "a"]?.integer == 1)
        #expect(hub["jupyterhub", "b"]?.integer == 2)
        #expect(hub["jupyterhub", "token"]?.location.description == "config/clusters/c/enc-b.secret.yaml:3:12")
        guard case .secret(let secret)? = hub["jupyterhub", "token"]?.content else {
            Issue.record("the token is not secret")
            return
        }
        #expect(secret.reveal() == .string("canary-1"))
        #expect(loaded.values.merged["sops"] == nil)
        #expect(runner.calls.map(\.program) == ["sops"])
        #expect(runner.calls.first?.arguments.last?.hasSuffix("config/clusters/c/enc-b.secret.yaml") == true)
    }

    @Test func chartsThatDependOnThemselvesOrOnNothingAreFindings() async throws {
        let files = [
            "config/clusters/c/a.yaml": "",
            "config/clusters/c/enc-b.secret.yaml": "sops: {version: 3, mac: m, lastmodified: t}\n",
            "helm-charts/basehub/Chart.yaml": """
            name: basehub
            dependencies:
              - {name: basehub, repository: "file://../basehub"}
              - {name: out, repository: "file://../../../outside"}
            """,
        ]
        let runner = ScriptedCommandRunner { _ in CommandOutput(standardOutput: Array("{}".utf8)) }
        let loaded = try await load(files, runner: runner)
        #expect(Set(loaded.findings.map(\.rule)) == ["values/chart-loop", "values/outside"])
    }

    @Test func keepsTheKeysOfAFileThatStaysClosed() async throws {
        let runner = ScriptedCommandRunner { _ in
            CommandOutput(
                standardError: "Failed to get the data key required to decrypt the SOPS file.\n\nGroup 0: FAILED\n",
                status: 128)
        }
        let files = [
            "config/clusters/c/a.yaml": "",
            "config/clusters/c/enc-b.secret.yaml":
                "basehub: {jupyterhub: {token: 'ENC[abc]'}}\nsops: {version: 3, mac: m, lastmodified: t}\n",
        ]
        let loaded = try await load(files, runner: runner)
        #expect(loaded.findings == [])
        #expect(loaded.values.locked.map(\.locked) == ["no key here opens it"])
        #expect("\(loaded.values)".contains("ENC[") == false)
        guard case .secret(let secret)? = loaded.values.hubValues["jupyterhub", "token"]?.content else {
            Issue.record("the token is not secret")
            return
        }
        #expect(secret.reveal() == nil)
    }

    @Test func refusesASecretInTheClear() async throws {
        let files = ["config/clusters/c/a.yaml": "[1]", "config/clusters/c/enc-b.secret.yaml": "token: canary-2\n"]
        let loaded = try await load(files, runner: RefusingCommandRunner())
        #expect(loaded.findings.map(\.rule) == ["values/no-map", "values/not-encrypted"])
        #expect("\(loaded)".contains("canary") == false)
    }

    @Test(.needs("sops"), .needsRealFleet) func opensRealFilesWithTheRealSops() async throws {
        let root = try #require(RealThings.fleet, "the real fleet is missing")
        let runner = ScriptedCommandRunner { invocation in
            var invocation = invocation
            invocation.program = try #require(RealThings.program("sops"), "sops is missing")
            invocation.environment["SOPS_AGE_KEY_FILE"] = root + "/test-age-key.txt"
            return try await SubprocessCommandRunner(logger: Logger(label: "test")).run(invocation)
        }
        let fleet = try await OpenFleet(WorkingTree(root), runner: runner)
        let cluster = try #require(fleet.fleet.cluster("temple"))
        let hub = try #require(cluster.hubs.first { $0.name.value == "prod" })
        let loaded = await fleet.load(Release(hub, of: cluster))
        #expect(loaded.findings.filter { $0.severity != .note } == [])
        #expect(loaded.values.locked == [])
        let secrets = loaded.values.hubValues.removingSecrets().removed
        #expect(secrets.map(\.path).contains("jupyterhub.hub.config.CILogonOAuthenticator.client_secret"))
        #expect("\(loaded.values)".contains("canary-") == false)
    }
}
