import FleetModel
import FleetTesting
import FleetTools
import Releases
import Testing
import Texts

/// Opened secrets wherever a rule or a schema looks: none is shown.
@Suite(.tags(.medium))
struct SecretsInFindingsTests {
    private static let clear = """
        jupyterhub:
          hub:
            config:
              JupyterHub: {authenticator_class: canary-1}
              Authenticator: {admin_users: [canary-2], blocked_users: [canary-2], allowed_users: [canary-2]}
              CILogonOAuthenticator:
                idps:
                  a: {username_derivation: {username_claim: canary-3}}
                  b: {username_derivation: {username_claim: canary-3}}
              SharedPasswordAuthenticator: {user_password: canary4}
              GitHubOAuthenticator: {oauth_callback_url: "https://canary-5.example.org/x", allowed_organizations: [canary-6]}
            loadRoles: {r: {services: [canary-7], scopes: [canary-8, "access:services!service=canary-9"]}}
            db: {type: canary-10}
          ingress: {enabled: true, hosts: [canary-11], tls: [{hosts: [canary-12]}]}
          cull: {enabled: canary-13, timeout: canary-14}
          singleuser:
            image: {name: canary-15, tag: latest}
            memory: {limit: canary-16, guarantee: canary-17}
            storage: {homeMountPath: canary-18}
            profileList:
              - {display_name: canary-19, allowed_groups: [canary-20], default: true}
              - {display_name: canary-19, default: true, kubespawner_override: {image: canary-21, mem_limit: canary-22}}

        """
    private static let schema = """
        properties:
          jupyterhub:
            properties:
              cull: {properties: {enabled: {type: boolean}, timeout: {enum: [1, canary_15]}}}
              singleuser:
                properties:
                  image: {properties: {name: {pattern: ^x$, maxLength: 2}}, required: [name, pullPolicy]}
                  memory: {anyOf: [{required: [x]}, {properties: {limit: {type: integer}}}]}
              hub: {properties: {db: {additionalProperties: false}}}

        """

    private func fleet(_ more: [String: String]) throws -> TemporaryFolder {
        let closed = "a: ENC[x]\nsops: {mac: m, version: 3, lastmodified: t}\n"
        var files = ExampleFleet.files("# enc-prod.secret.values.yaml\n" + closed)
        files["helm-charts/basehub/values.schema.yaml"] = Self.schema
        return try TemporaryFolder().write(files.merging(more) { $1 })
    }

    private func report(_ folder: TemporaryFolder, _ output: CommandOutput) async throws -> ValidationReport {
        let fleet = try await OpenFleet(WorkingTree(folder.path), runner: ScriptedCommandRunner { _ in output })
        return try await fleet.validate(fleet.choosing([]))
    }

    @Test(arguments: ["canary-1", "cilogon", "shared-password", "github", "dummy"])
    func noFindingShowsAnOpenedSecret(_ login: String) async throws {
        let plain =
            login == "canary-1"
            ? [:]
            : [
                "config/clusters/example/login.values.yaml":
                    "jupyterhub: {hub: {config: {JupyterHub: {authenticator_class: \(login)}}}}\n"
            ]
        let folder = try fleet(plain)
        if !plain.isEmpty {
            let cluster = "config/clusters/example/cluster.yaml"
            try folder.write([
                cluster: folder.read(cluster).replacing("values.yaml]", with: "values.yaml, login.values.yaml]")
            ])
        }
        let report = try await report(folder, CommandOutput(standardOutput: Array(Self.clear.utf8)))
        #expect(report.entries.count > 8)
        for finding in report.entries.map(\.finding) { #expect(!"\(finding)".contains("canary-"), "\(finding)") }
    }

    /// sops prints values of a file that it cannot read.
    @Test func whatSopsSaysIsNotShown() async throws {
        let failed = CommandOutput(
            standardError: "Error decrypting tree: Input string canary-31-secret does not match sops' data format\n",
            status: 1)
        let report = try await report(try fleet([:]), failed)
        let broken = report.entries.map(\.finding).filter { $0.rule == "values/broken-encryption" }
        #expect(broken.count == 1)
        #expect(!"\(report)".contains("canary-"))
    }

    @Test func jsonnetFilesCannotBeSecret() async throws {
        let folder = try fleet(["config/clusters/example/x.secret.values.jsonnet": "{a: 'canary-40'}"])
        let cluster = "config/clusters/example/cluster.yaml"
        try folder.write([
            cluster: folder.read(cluster).replacing("values.yaml]", with: "values.yaml, x.secret.values.jsonnet]")
        ])
        let report = try await report(folder, CommandOutput(standardOutput: Array("{}".utf8)))
        let findings = report.entries.map(\.finding).filter { $0.location.file.hasSuffix(".jsonnet") }
        #expect(findings.map(\.rule) == ["values/not-encrypted"])
    }
}
