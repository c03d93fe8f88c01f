import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Rollout
import Testing

/// A fleet in a git repository, to be changed and planned.
struct PlanBed {
    static let files = [
        "fleet.yaml": "",
        "helm-charts/basehub/Chart.yaml": """
        apiVersion: v2
        name: basehub
        version: 1.0.0
        description: A hub
        dependencies:
          - {name: jupyterhub, version: 4.0.0, repository: "https://example.org"}
          - {name: gateway, version: 1.0.0, repository: "https://example.org", condition: gateway.enabled}

        """,
        "helm-charts/basehub/values.yaml":
            "jupyterhub: {cull: {timeout: 3600, every: 600}}\ngateway: {enabled: false}\n",
        "helm-charts/basehub/templates/hub.yaml": """
        {{- /* A remark. */ -}}
        kind: ConfigMap
        data: {version: "{{ .Chart.Version }}", page: {{ .Files.Get "files/page.html" }}}

        """,
        "helm-charts/basehub/files/page.html": "<p>\n", "helm-charts/basehub/README.md": "# Basehub\n",
        "helm-charts/daskhub/Chart.yaml":
            "name: daskhub\ndependencies: [{name: basehub, version: 1.0.0, repository: \"file://../basehub\"}]\n",
        "helm-charts/daskhub/templates/x.yaml": "kind: Secret\n",
        "helm-charts/support/Chart.yaml": "name: support\n",
        "helm-charts/support/values.yaml": "prometheus: {retention: 90d}\n",
        "config/clusters/earth/cluster.yaml": """
        name: earth
        provider: aws
        metadata: {}
        aws: {account: "012345678901", key: enc-key.secret.json, clusterType: eks, clusterName: earth, region: us-west-2}
        support: {helm_chart_values_files: [support.values.yaml]}
        hubs:
          - name: staging
            domain: staging.earth.example.org
            helm_chart: basehub
            helm_chart_values_files: [common.values.yaml, staging.values.yaml]
          - name: prod
            display_name: Earth
            domain: earth.example.org
            helm_chart: basehub
            helm_chart_values_files:
              - common.values.yaml
              - prod.values.yaml
              - enc-prod.secret.values.yaml

        """,
        "config/clusters/earth/enc-key.secret.json": #"{"token": "ENC[canary-1]", "sops": {"mac": "m"}}"#,
        "config/clusters/earth/support.values.yaml": "prometheus: {retention: 30d}\n",
        "config/clusters/earth/common.values.yaml": "jupyterhub:\n  cull:\n    timeout: 1800\n",
        "config/clusters/earth/staging.values.yaml": "jupyterhub: {cull: {timeout: 60}}\n",
        "config/clusters/earth/prod.values.yaml": "jupyterhub:\n  title: Earth\n  limit: 1G\n",
        "config/clusters/earth/enc-prod.secret.values.yaml":
            "login: {id: \"ENC[canary-2]\", secret: \"ENC[canary-3]\"}\nsops: {mac: m, lastmodified: t, version: 3}\n",
        "config/clusters/mars/cluster.yaml": """
        name: mars
        provider: kubeconfig
        metadata: {}
        kubeconfig: {file: enc-kubeconfig.secret.yaml}
        hubs:
          - name: main
            domain: mars.example.org
            domain_override_file: enc-domain.secret.yaml
            helm_chart: daskhub
            chart_override: chart.yaml
            helm_chart_values_files: [main.values.yaml]

        """,
        "config/clusters/mars/enc-kubeconfig.secret.yaml": "server: ENC[canary-4]\nsops: {mac: m}\n",
        "config/clusters/mars/enc-domain.secret.yaml": "domain: ENC[canary-5]\nsops: {mac: m}\n",
        "config/clusters/mars/chart.yaml": "name: basehub\nversion: 1.0.1\n",
        "config/clusters/mars/main.values.yaml": "basehub: {jupyterhub: {title: Mars}}\n",
    ]

    let folder: TemporaryFolder
    /// Whether sops finds a key.
    var hasKey = true

    /// The fleet, with more files, in a first commit.
    init(_ more: [String: String] = [:]) async throws {
        folder = try TemporaryFolder().write(Self.files.merging(more) { $1 })
        try await folder.commitAll()
    }

    /// Real programs, but for sops, which takes away its marks.
    func runner() throws -> ScriptedCommandRunner {
        let real = try RealThings.runner()
        let hasKey = hasKey
        return ScriptedCommandRunner { call in
            guard call.program == "sops" else { return try await real.run(call) }
            guard hasKey else { return CommandOutput(standardError: "Failed to get the data key", status: 1) }
            let text = try String(contentsOfFile: call.arguments.last ?? "", encoding: .utf8)
            return CommandOutput(standardOutput: Array(text.replacing(/ENC\[([^\]]*)\]/) { String($0.output.1) }.utf8))
        }
    }

    /// Replaces a text of a file, which must be there.
    func change(_ file: String, _ old: String, _ new: String) throws {
        let text = try folder.read(file)
        try #require(text.contains(old), "\(file) does not hold \(old)")
        try folder.write([file: text.replacing(old, with: new)])
    }

    func remove(_ file: String) throws { try FileManager.default.removeItem(atPath: "\(folder.path)/\(file)") }

    /// What the folder would deploy over the commit.
    func plan(
        _ options: Planner.Options = Planner.Options(), from: String? = "HEAD", to: String? = nil,
        runner: (any CommandRunner)? = nil
    ) async throws -> Plan {
        let runner = try runner ?? self.runner()
        let sources = try await FleetSources(of: WorkingTree(folder.path), from: from, to: to, runner: runner)
        let states = try await FleetStates(sources, runner: runner)
        return try await Planner(states, options).plan()
    }

    /// The reasons of a plan: `RELEASE: KIND SUBJECT`, in its order.
    func reasons(_ options: Planner.Options = Planner.Options()) async throws -> [String] {
        try await plan(options).lines
    }
}

extension Plan {
    /// `RELEASE: KIND SUBJECT` for each reason.
    var lines: [String] {
        releases.flatMap { planned in planned.reasons.map { "\(planned.id): \($0.kind.rawValue) \($0.subject)" } }
    }
}
