import FleetTesting
import Foundation

/// A fleet of an operator with charts of their own, invented: its charts do what a new home may not know.
struct ForeignFleet {
    let folder: TemporaryFolder

    /// What is planted: words of the output, or a file and words of the new fleet, that show where it went.
    enum Planted {
        case named(file: String, words: String)
        case carried(file: String, words: String)
    }

    /// One line for each thing that only the source's charts do.
    static let planted: [Planted] = [
        .named(file: "helm-charts/support/values.jsonnet", words: "the alerts for night go nowhere now"),
        .named(file: "helm-charts/support/values.jsonnet", words: "the alerts for pager go nowhere now"),
        .named(file: "helm-charts/support/values.yaml:15", words: "jupyterhub-cost-monitoring.enabled was true"),
        .named(file: "helm-charts/support/values.yaml:14", words: "prometheus.server.retention was 40d"),
        .named(file: "helm-charts/support/values.yaml:17", words: "kelpGuard.enabled was true"),
        .named(file: "helm-charts/support/values.jsonnet", words: "grafana.serviceAccount.annotations"),
        .named(file: "helm-charts/support/templates/backup.yaml", words: "CronJob kelp-backup"),
        .named(file: "helm-charts/support/templates/guard.yaml", words: "DaemonSet kelp-guard"),
        .named(file: "helm-charts/support/templates/roles.yaml", words: "ClusterRole kelp-reader"),
        .named(file: "helm-charts/support/templates/roles.yaml", words: "ClusterRoleBinding kelp-reader"),
        .named(file: "helm-charts/support/templates/alerts.yaml", words: "ConfigMap kelp-alerts"),
        .named(
            file: "helm-charts/support/templates/alerts.yaml", words: "AlertmanagerConfig kelp-routes routes alerts"),
        .named(file: "helm-charts/support/templates/class.yaml", words: "PriorityClass kelp-first"),
        .named(file: "helm-charts/basehub/values.yaml:4", words: "jupyterhub.hub.extraConfig.kelp-quota"),
        .named(file: "helm-charts/basehub/values.yaml:8", words: "jupyterhub.singleuser.extraLabels"),
        .named(file: "helm-charts/basehub/values.jsonnet", words: "jupyterhub.singleuser.nodeSelector"),
        .named(file: "helm-charts/basehub/templates/snapshots.yaml", words: "Job kelp-snapshot"),
        .named(file: "helm-charts/basehub/templates/snapshots.yaml", words: "Role kelp-pods"),
        .named(file: "helm-charts/basehub/templates/user.yaml", words: "metadata.annotations.kelp/role"),
        .named(file: "config/clusters/reef/prod.values.yaml:1", words: "kelpSnapshots is a comment now"),
        .named(file: "terraform", words: "main.tf"),
        .named(file: "config/clusters/reef/linked.values.yaml", words: "it is a link"),
        .carried(file: "config/clusters/reef/prod.values.yaml", words: "depth: 40"),
        .carried(file: "helm-charts/support/enc-common.secret.values.yaml", words: "ENC[AES256_GCM"),
        .carried(file: "helm-charts/reefbook/templates/map.yaml", words: "name: reefbook"),
        .carried(file: "upstream/kelp-1.0.0/values.yaml", words: "size: 3"),
    ]

    init() throws {
        folder = try TemporaryFolder().write(Self.configuration).write(Self.support).write(Self.basehub).write([
            "terraform/main.tf": "resource {}\n", "upstream/kelp-1.0.0/values.yaml": "size: 3\n",
            "helm-charts/reefbook/Chart.yaml": "apiVersion: v2\nname: reefbook\nversion: 1.0.0\n",
            "helm-charts/reefbook/templates/map.yaml":
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: reefbook}\ndata: {}\n",
        ])
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/config/clusters/reef/linked.values.yaml", withDestinationPath: "prod.values.yaml")
    }

    private static let configuration = [
        "config/clusters/reef/cluster.yaml": """
        name: reef
        provider: kubeconfig
        metadata: {}
        kubeconfig: {file: enc-k.secret.yaml}
        support: {helm_chart_values_files: [support.values.yaml]}
        hubs:
          - {name: staging, display_name: Reef (staging), domain: staging.reef.example.org, helm_chart: basehub, helm_chart_values_files: [common.values.yaml]}
          - {name: prod, display_name: Reef, domain: reef.example.org, helm_chart: basehub, helm_chart_values_files: [common.values.yaml, prod.values.yaml]}

        """,
        "config/clusters/reef/enc-k.secret.yaml":
            "a: ENC[AES256_GCM,data:AA==,type:str]\nsops: {mac: m, version: 3, lastmodified: t}\n",
        "config/clusters/reef/support.values.yaml": "prometheus: {server: {resources: {requests: {memory: 1Gi}}}}\n",
        "config/clusters/reef/common.values.yaml": """
        nfs: {pv: {serverIP: 10.0.0.1}}
        jupyterhub-home-nfs: {enabled: false}
        jupyterhub:
          hub:
            config:
              JupyterHub: {authenticator_class: github}
              GitHubOAuthenticator: {allowed_organizations: [reef-example]}
              Authenticator: {admin_users: [ada]}

        """,
        "config/clusters/reef/prod.values.yaml": """
        kelpSnapshots:
          every: 1d
        jupyterhub:
          custom:
            kelp: {depth: 40}
          singleuser: {memory: {limit: 2G, guarantee: 1G}}

        """,
    ]

    private static let support = [
        "helm-charts/support/Chart.yaml": "apiVersion: v2\nname: support\nversion: 1.0.0\n",
        "helm-charts/support/enc-common.secret.values.yaml":
            "grafana:\n  adminPassword: ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]\nsops: {mac: m, version: 3, lastmodified: t}\n",
        "helm-charts/support/values.yaml": """
        prometheus:
          alertmanager:
            enabled: true
            config:
              receivers:
                - name: night
                  webhook_configs: [{url: "http://night.example.org"}]
                - name: nobody
              route:
                receiver: nobody
                routes: [{receiver: night, matchers: [severity="page"]}]
          server:
            persistentVolume: {size: 8Gi}
            retention: 40d
        jupyterhub-cost-monitoring: {enabled: true}
        kelpGuard:
          enabled: true

        """,
        "helm-charts/support/values.jsonnet": """
        {
          grafana: { serviceAccount: { annotations: { 'kelp/role': 'grafana-' + std.extVar('VARS_2I2C_CLUSTER_NAME') } } },
          prometheus: { alertmanager: { config: {
            receivers: [
              { name: 'night', webhook_configs: [{ url: 'http://night.example.org' }] },
              { name: 'pager', pagerduty_configs: [{ service_key: 'reef' }] },
            ],
            route: { receiver: 'pager', routes: [{ receiver: 'night' }] },
          } } },
        }

        """,
        "helm-charts/support/templates/backup.yaml": """
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: kelp-backup}
        spec: {schedule: "0 3 * * *", jobTemplate: {spec: {template: {spec: {containers: [{name: b, image: "b:1"}]}}}}}

        """,
        "helm-charts/support/templates/guard.yaml": """
        {{- if .Values.kelpGuard.enabled }}
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: kelp-guard}
        spec: {template: {spec: {containers: [{name: g, image: "g:1"}]}}}
        {{- end }}

        """,
        "helm-charts/support/templates/roles.yaml": """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: kelp-reader}
        rules: [{apiGroups: [""], resources: [nodes], verbs: [get]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: kelp-reader}
        roleRef: {kind: ClusterRole, name: kelp-reader, apiGroup: rbac.authorization.k8s.io}

        """,
        "helm-charts/support/templates/alerts.yaml": """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: kelp-alerts}
        data: {rules.yaml: "groups: []"}
        ---
        apiVersion: monitoring.coreos.com/v1alpha1
        kind: AlertmanagerConfig
        metadata: {name: kelp-routes}
        spec: {route: {receiver: night}}

        """,
        "helm-charts/support/templates/class.yaml": """
        apiVersion: scheduling.k8s.io/v1
        kind: PriorityClass
        metadata: {name: kelp-first}
        value: 10

        """,
    ]

    private static let basehub = [
        "helm-charts/basehub/Chart.yaml": "apiVersion: v2\nname: basehub\nversion: 1.0.0\n",
        "helm-charts/basehub/values.yaml": """
        jupyterhub:
          hub:
            extraConfig:
              kelp-quota: |
                c.KubeSpawner.args = ["--quota"]
                c.KubeSpawner.start_timeout = 300
          singleuser:
            extraLabels: {kelp/team: deep}
        kelpSnapshots: {every: 7d}

        """,
        "helm-charts/basehub/values.jsonnet": """
        { jupyterhub: { singleuser: { nodeSelector: { 'kelp/hub': std.extVar('VARS_2I2C_HUB_NAME') } } } }

        """,
        "helm-charts/basehub/templates/snapshots.yaml": """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: kelp-snapshot, annotations: {every: {{ .Values.kelpSnapshots.every | quote }}}}
        spec: {template: {spec: {containers: [{name: s, image: "s:1"}]}}}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: kelp-pods}
        rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]

        """,
        "helm-charts/basehub/templates/user.yaml": """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: user-sa, annotations: {kelp/role: users}}

        """,
    ]

    /// The new fleet's charts that others depend on: their stand-ins, with values of the official chart that suffice.
    func addStandIns() throws {
        let root = RealThings.packageRoot
        for chart in ["basehub", "support"] {
            let text = try String(contentsOfFile: "\(root)/helm-charts/\(chart)/Chart.yaml", encoding: .utf8)
            for match in text.matches(of: /- name: (\S+)\n\s+version: (\S+)/) {
                let target = "\(folder.path)/upstream/\(match.output.1)-\(match.output.2)"
                try FileManager.default.copyItem(
                    atPath: "\(root)/Tests/Charts/standins/\(match.output.1)", toPath: target)
                if let fleet = RealThings.fleet, match.output.1 == "jupyterhub" {
                    try FileManager.default.copyItem(
                        atPath: "\(fleet)/upstream/jupyterhub-\(match.output.2)/values.yaml",
                        toPath: target + "/values.yaml")
                }
            }
        }
    }
}
