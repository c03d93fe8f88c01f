import FleetTesting
import Foundation
import Testing

/// Fleets in the manners of other operators, invented: each is right, and Helm knows what its hubs run with.
struct OtherFleet: Sendable {
    let name: String
    /// The chart of the hubs.
    let chart: String
    /// The chart that depends on JupyterHub's.
    var parent: String
    /// The files of the charts and of the cluster, without JupyterHub's chart.
    let files: [String: String]

    init(_ name: String, chart: String, parent: String? = nil, _ files: [String: String]) {
        (self.name, self.chart, self.parent, self.files) = (name, chart, parent ?? chart, files)
    }

    static let all = [older, below, inPython, anchored, behindProxy]

    /// Writes it, with the official chart of a real fleet.
    func write(upstream: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder().write(files).write([
            "config/clusters/quay/cluster.yaml": """
            name: quay
            provider: kubeconfig
            metadata: {}
            kubeconfig: {file: enc-k.secret.yaml}
            hubs:
              - {name: staging, domain: staging.quay.example.org, helm_chart: \(chart), helm_chart_values_files: [common.values.yaml, staging.values.yaml]}
              - {name: prod, domain: quay.example.org, helm_chart: \(chart), helm_chart_values_files: [common.values.yaml, prod.values.yaml]}

            """,
            "config/clusters/quay/enc-k.secret.yaml":
                "a: ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]\nsops: {version: 3.9.4, lastmodified: t, mac: m}\n",
        ])
        let chart = "helm-charts/\(parent)/charts/jupyterhub"
        try folder.write(["\(chart)/Chart.yaml": "apiVersion: v2\nname: jupyterhub\nversion: 4.3.3\n"])
        for file in ["values.yaml", "values.schema.yaml"] {
            let text = try String(contentsOfFile: "\(upstream)/\(file)", encoding: .utf8)
            try folder.write(["\(chart)/\(file)": text])
        }
        return folder
    }

    private static func depending(_ name: String) -> String {
        "apiVersion: v2\nname: \(name)\nversion: 1.0.0\ndependencies:\n"
            + "  - {name: jupyterhub, version: 4.3.3, repository: \"https://charts.example.org\"}\n"
    }
    private static func hub(_ name: String) -> String { "config/clusters/quay/\(name).values.yaml" }

    private static let older = OtherFleet(
        "older charts", chart: "pier",
        [
            "helm-charts/pier/Chart.yaml": "apiVersion: v1\nname: pier\nversion: 0.3.0\n",
            "helm-charts/pier/requirements.yaml": """
            dependencies:
              - {name: jupyterhub, version: 4.3.3, repository: "https://charts.example.org", condition: pier.hub}
              - {name: tide, version: ">=1.0.0", repository: "https://charts.example.org", alias: gauge, tags: [extras]}
              - {name: tide, version: 1.2.0, repository: "https://charts.example.org", alias: buoy, condition: buoy.enabled, import-values: [{child: level, parent: level}]}

            """,
            "helm-charts/pier/values.yaml": """
            tags: {extras: true}
            buoy: {enabled: true, depth: 9}
            jupyterhub:
              hub: {config: {JupyterHub: {authenticator_class: github}}}
              singleuser: {memory: {limit: 2G, guarantee: 1G}}
              ingress: {enabled: true, ingressClassName: nginx, annotations: {cert-manager.io/cluster-issuer: tide}}

            """,
            "helm-charts/pier/charts/tide/Chart.yaml": "apiVersion: v1\nname: tide\nversion: 1.2.0\n",
            "helm-charts/pier/charts/tide/values.yaml": "depth: 3\nlevel: {low: 1}\n",
            hub("common"): """
            jupyterhub:
              hub:
                config:
                  GitHubOAuthenticator: {allowed_organizations: [quay-example]}
                  Authenticator: {admin_users: [mara]}

            """,
            hub("staging"): """
            tags: {extras: false}
            jupyterhub: {ingress: {hosts: [staging.quay.example.org], tls: [{secretName: tls}]}}

            """,
            hub("prod"): """
            buoy: {enabled: false}
            jupyterhub: {ingress: {hosts: [quay.example.org], tls: [{secretName: tls}]}, singleuser: {memory: {limit: 4G}}}

            """,
        ])

    private static let below = OtherFleet(
        "hubs below another chart", chart: "campus", parent: "hall",
        [
            "helm-charts/campus/Chart.yaml":
                "apiVersion: v2\nname: campus\nversion: 1.0.0\ndependencies: [{name: hall, version: 1.0.0, repository: \"file://../hall\"}]\n",
            "helm-charts/campus/values.yaml":
                "hall: {jupyterhub: {singleuser: {cpu: {limit: 2, guarantee: 0.5}}}}\nglobal: {campus: north}\n",
            "helm-charts/hall/Chart.yaml": depending("hall"),
            "helm-charts/hall/values.yaml": """
            jupyterhub:
              hub: {config: {JupyterHub: {authenticator_class: google}, GoogleOAuthenticator: {hosted_domain: [quay.example.org]}}}
              singleuser: {memory: {limit: 1G, guarantee: 1G}, storage: {capacity: 5Gi}}

            """,
            hub("common"): """
            hall:
              jupyterhub:
                hub: {config: {Authenticator: {admin_users: [mara@quay.example.org], allow_all: true}}}
                singleuser:
                  profileList:
                    - {display_name: Small, default: true, kubespawner_override: {mem_limit: 2G}}
                    - {display_name: Large, kubespawner_override: {mem_limit: 8G, mem_guarantee: 4G}}

            """,
            hub("staging"): "hall: {jupyterhub: {singleuser: {storage: {capacity: null}}}}\n",
            hub("prod"): "hall: {jupyterhub: {hub: {db: {type: sqlite-pvc}}}}\n",
        ])

    private static let inPython = OtherFleet(
        "everything in Python", chart: "reed",
        [
            "helm-charts/reed/Chart.yaml": depending("reed"),
            "helm-charts/reed/values.yaml": """
            jupyterhub:
              custom: {groups: {staff: [mara]}, memory: 2G}
              hub:
                extraConfig:
                  00-login: |
                    import os
                    from z2jh import get_config
                    c.JupyterHub.authenticator_class = "oauthenticator.generic.GenericOAuthenticator"
                    c.GenericOAuthenticator.update({"client_id": os.environ["ID"], "allow_all": True})
                    setattr(c.Authenticator, "admin_users", set(get_config("custom.groups.staff")))
                  10-servers: |
                    c["KubeSpawner"].mem_limit = get_config("custom.memory")
                    c.KubeSpawner.working_dir = "/home/reed"
                    async def profiles(spawner):
                        return [{"display_name": "One", "default": True, "kubespawner_override": {"cpu_limit": 1}}]
                    c.KubeSpawner.profile_list = profiles

            """,
            hub("common"): """
            jupyterhub:
              singleuser: {storage: {homeMountPath: /home/reed}}
              hub:
                extraFiles:
                  later: {mountPath: /usr/local/etc/jupyterhub/jupyterhub_config.d/later.py, stringData: "c.JupyterHub.admin_access = False\\n"}
                extraConfig:
                  20-roles: |
                    c.JupyterHub.load_roles.append({"name": "tide", "scopes": ["self"], "services": ["tide"]})
                    c.JupyterHub.services.append({"name": "tide", "api_token": get_config("custom.token")})

            """,
            hub("staging"): "jupyterhub: {custom: {memory: 1G}}\n",
            hub("prod"):
                "jupyterhub: {hub: {extraConfig: {30-more: \"c.Authenticator.blocked_users = {'nobody'}\\n\"}}}\n",
        ])

    private static let anchored = OtherFleet(
        "anchors at the top", chart: "kelp",
        [
            "helm-charts/kelp/Chart.yaml": depending("kelp"),
            "helm-charts/kelp/values.yaml":
                "jupyterhub: {hub: {config: {JupyterHub: {authenticator_class: github}}}}\n",
            hub("common"): """
            x-people: &people [mara, ada]
            pool: &pool {kelp/pool: users}
            sizes:
              - &small {mem_limit: 2G, mem_guarantee: 1G}
              - &large {<<: *small, mem_limit: 8G, cpu_limit: 4}
            jupyterhub:
              hub:
                nodeSelector: {kelp/pool: core}
                config:
                  Authenticator: {admin_users: *people}
                  GitHubOAuthenticator: {allowed_users: *people}
              singleuser:
                nodeSelector: *pool
                profileList:
                  - {display_name: Small, default: true, kubespawner_override: *small}
                  - {display_name: Large, kubespawner_override: {<<: *large, node_selector: *pool}}

            """,
            hub("staging"):
                "image: &image {name: quay.io/example/kelp, tag: '2026.1'}\njupyterhub: {singleuser: {image: *image}}\n",
            hub("prod"): """
            defaults: &defaults
              memory: {limit: 4G, guarantee: 1G}
            jupyterhub: {singleuser: {<<: *defaults, image: {name: quay.io/example/kelp, tag: '2025.9'}}}

            """,
        ])

    private static let behindProxy = OtherFleet(
        "a proxy in front", chart: "lock",
        [
            "helm-charts/lock/Chart.yaml": depending("lock"),
            "helm-charts/lock/values.yaml": """
            jupyterhub:
              ingress: {enabled: true, annotations: {nginx.ingress.kubernetes.io/ssl-redirect: "false"}}
              proxy:
                service: {type: ClusterIP}
              hub:
                baseUrl: /lab/
                config:
                  JupyterHub: {authenticator_class: generic-oauth, trust_user_provided_tokens: false}
                  GenericOAuthenticator:
                    authorize_url: https://login.example.org/authorize
                    token_url: https://login.example.org/token
                    userdata_url: https://login.example.org/userinfo
                    username_claim: preferred_username
                    allow_all: true
              singleuser: {memory: {limit: 2G, guarantee: 1G}}

            """,
            hub("common"): "jupyterhub: {hub: {config: {Authenticator: {admin_users: [mara]}}}}\n",
            hub("staging"): """
            jupyterhub:
              ingress: {hosts: [staging.quay.example.org]}
              hub: {config: {GenericOAuthenticator: {oauth_callback_url: "https://staging.quay.example.org/lab/hub/oauth_callback"}}}

            """,
            hub("prod"): """
            jupyterhub:
              ingress: {hosts: [quay.example.org]}
              hub: {config: {GenericOAuthenticator: {oauth_callback_url: "https://quay.example.org/lab/hub/oauth_callback"}}}

            """,
        ])
}

extension OtherFleet: CustomTestStringConvertible {
    var testDescription: String { name }
}
