import FleetModel
import FleetTesting
import FleetTools
import Releases
import Testing
import Texts

/// Settings that work in practice; most of them were once called wrong.
@Suite(.tags(.medium))
struct RightSettingsTests {
    static let settings = [
        "ingress: {enabled: true, hosts: [hub.example.org], tls: [{hosts: ['*.example.org']}]}",
        "ingress: {enabled: true, hosts: ['*.example.org'], tls: [{hosts: ['*.example.org']}]}",
        "ingress: {enabled: true, hosts: [hub.example.org], tls: [{secretName: x}]}",
        "ingress: {enabled: true, hosts: [hub.example.org], annotations: {alb.ingress.kubernetes.io/certificate-arn: a}}",
        "ingress: {enabled: true, hosts: [hub.example.org], annotations: {nginx.ingress.kubernetes.io/ssl-redirect: 'false'}}",
        "proxy: {https: {enabled: true, type: offload}}\ningress: {enabled: true, hosts: [hub.example.org]}",
        "ingress: {enabled: true, hosts: [hub.example.org, b.example.org], tls: [{secretName: x}]}\n"
            + "hub: {config: {JupyterHub: {authenticator_class: github}, GitHubOAuthenticator: "
            + "{oauth_callback_url: 'https://B.example.org/hub/oauth_callback', allowed_organizations: [a]}}}",
        "singleuser: {storage: {type: static, static: {subPath: 'homes/{safe_username}'}}}",
        "singleuser: {profileList: [{display_name: P, profile_options: {image: {choices: {a: {kubespawner_override: "
            + "{image: 'a:1', mem_guarantee: 8G}}}}, size: {choices: {b: {kubespawner_override: {mem_limit: 9G}}}}}}], "
            + "memory: {limit: 1G}}",
        "hub: {services: {foo: {name: news}}, loadRoles: {r: {services: [news], scopes: [self]}}}",
        "hub: {extraConfig: {a: 'c.JupyterHub.services.append({})'}, loadRoles: {r: {services: [x], scopes: [self]}}}",
        "hub: {extraConfig: {a: 'c.JupyterHub.authenticator_class = \"github\"'}}",
        "hub: {existingSecret: hub-secret}",
        "hub: {config: {JupyterHub: {authenticator_class: cilogon}, CILogonOAuthenticator: {allow_all: true, idps: "
            + "{'https://idp.example.org': {username_derivation: {username_claim: email}}}}}}",
        "singleuser: {cloudMetadata: {blockWithIptables: false}, networkPolicy: {enabled: true, egressAllowRules: "
            + "{cloudMetadataServer: false, privateIPs: true}}}",
        "custom: {externalSecrets: [{secretKey: github-client-secret}], tls: {secret: hub-tls-cert}, "
            + "fetch: {credentials: same-origin}}",
        "hub: {config: {Authenticator: {allowed_users: ['7'], admin_users: null}}}",
        "singleuser: {image: {name: quay.io/example/image, tag: '1'}, profileList: null, memory: {limit: 1000000000, "
            + "guarantee: 100000000}}",
        "singleuser: {profileList: [{display_name: 日本, kubespawner_override: {image: 'a@sha256:0'}}, {display_name: 語}]}",
    ]

    /// What the example's own defaults give: they log in with a dummy that has no password.
    private static let known: Set<String> = ["auth/no-password", "cluster/missing-file", "values/unknown-subchart"]

    @Test(arguments: settings) func areNotCalledWrong(_ text: String) async throws {
        let lines = text.split(separator: "\n").map { "  \($0)\n" }.joined()
        let folder = try TemporaryFolder().write(ExampleFleet.files("jupyterhub:\n" + lines))
        let fleet = try await OpenFleet(
            WorkingTree(folder.path), runner: RefusingCommandRunner(), opensEncryptedFiles: false)
        let report = await fleet.validate(try fleet.choosing(["example/prod"]))
        let errors = report.entries.map(\.finding).filter { $0.severity == .error && !Self.known.contains($0.rule) }
        #expect(errors == [])
    }
}
