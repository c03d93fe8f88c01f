import FleetTesting
import FleetTools
import Foundation
import Releases
import Testing

/// A fleet on the project's own charts, with a hub for each preset. What they depend on is the stand-ins of the charts' tests.
enum PresetFleet {
    private static let site = """
        nfs: {pv: {serverIP: 10.0.0.1, shareNameOverride: prod}}
        jupyterhub-home-nfs:
          gke: {enabled: true, volumeId: projects/p/zones/z/disks/homes}
          quotaEnforcer: {config: {QuotaManager: {paths: [/export/prod]}}}
        jupyterhub:
          ingress: {hosts: [hub.example.org], tls: [{hosts: [hub.example.org], secretName: https-auto-tls}]}
          hub:
            db: {type: sqlite-memory}
            config:
              Authenticator: {admin_users: [octocat]}
              CILogonOAuthenticator: {client_id: "cilogon:/client", client_secret: secret}
              OAuthenticator: {oauth_callback_url: "https://hub.example.org/hub/oauth_callback"}

        """

    private static let binder = """
        jupyterhub:
          hub:
            db: {type: sqlite-memory}
            config:
              Authenticator: {admin_users: [octocat]}
              GitHubOAuthenticator: {client_id: a, client_secret: b, oauth_callback_url: "https://hub.example.org/hub/oauth_callback"}
          ingress: {hosts: [hub.example.org], tls: [{hosts: [hub.example.org], secretName: https-hub}]}
        binderhub-service:
          config: {BinderHub: {image_prefix: registry.example.org/binder/}}
          buildPodsRegistryCredentials: {server: "https://registry.example.org", username: a, password: b}
          ingress: {hosts: [binder.example.org], tls: [{hosts: [binder.example.org], secretName: https-binder}]}

        """

    /// The presets that a hub is made of.
    private static let hubs: [(name: String, chart: String, presets: [String], own: String)] = [
        ("essential", "basehub", ["essential"], site),
        ("research-gpu", "basehub", ["essential", "research-gpu"], site),
        ("teaching", "basehub", ["essential", "teaching"], site), ("dask", "basehub", ["essential", "dask"], site),
        ("binder-anonymous", "binderhub", ["binder-anonymous"], binder),
        ("binder-github", "binderhub", ["binder-github"], binder),
    ]

    /// With hubs on the preset `essential` that have values of their own, by their names; with or without those of all presets.
    static func write(_ more: [String: String] = [:], presets: Bool = true) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try copyCharts(to: folder.path + "/helm-charts")
        let cluster = "config/clusters/earth"
        var list = "name: earth\nprovider: kubeconfig\nmetadata: {}\nkubeconfig: {file: enc-k.secret.yaml}\nhubs:\n"
        let own = more.keys.sorted().map { (name: $0, chart: "basehub", presets: ["essential"], own: site) }
        for hub in (presets ? hubs : []) + own {
            let files =
                hub.presets.map { "\($0).values.yaml" } + [
                    "\(hub.chart)-site.values.yaml", "\(hub.name)-own.values.yaml",
                ]
            list +=
                "  - {name: \(hub.name), domain: hub.example.org, helm_chart: \(hub.chart), "
                + "helm_chart_values_files: [\(files.joined(separator: ", "))]}\n"
            try folder.write([
                "\(cluster)/\(hub.chart)-site.values.yaml": hub.own,
                "\(cluster)/\(hub.name)-own.values.yaml": more[hub.name] ?? "{}\n",
            ])
            for preset in hub.presets {
                let text = try String(
                    contentsOfFile: "\(RealThings.packageRoot)/presets/\(preset).yaml", encoding: .utf8)
                try folder.write(["\(cluster)/\(preset).values.yaml": text])
            }
        }
        return try folder.write([
            "\(cluster)/cluster.yaml": list,
            "\(cluster)/enc-k.secret.yaml": "sops: {mac: m, version: 3, lastmodified: t}\n",
        ])
    }

    private static func copyCharts(to target: String) throws {
        let files = FileManager.default
        let root = RealThings.packageRoot
        let upstream =
            try #require(RealThings.fleet, "the values of the official chart are missing")
            + "/upstream/jupyterhub-4.3.3/values.yaml"
        try files.copyItem(atPath: root + "/helm-charts", toPath: target)
        let standins = root + "/Tests/Charts/standins"
        for chart in ["basehub", "binderhub"] {
            let folder = "\(target)/\(chart)/charts"
            try? files.removeItem(atPath: folder)
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let names = try files.contentsOfDirectory(atPath: standins).filter {
                files.fileExists(atPath: "\(standins)/\($0)/Chart.yaml")
            }
            let text = try String(contentsOfFile: "\(target)/\(chart)/Chart.yaml", encoding: .utf8)
            for name in names where text.contains("name: \(name)\n") {
                try files.copyItem(atPath: "\(standins)/\(name)", toPath: "\(folder)/\(name)")
            }
            // A release has its version where its sources have this mark.
            let values = try String(contentsOfFile: upstream, encoding: .utf8)
                .replacing("set-by-chartpress", with: "4.3.3")
            try values.write(toFile: "\(folder)/jupyterhub/values.yaml", atomically: true, encoding: .utf8)
        }
    }
}
