import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Rollout
import Testing

/// A hub of the project's chart `basehub`, on stand-ins of the charts below it, to be edited and rendered by the real helm.
struct ConsequenceBed {
    /// A change as people make it.
    struct Edit: Sendable, CustomTestStringConvertible {
        let what: String
        /// Values over those of the bed.
        var values = "{}"
        /// Replaced texts of the chart's files.
        var files: [File] = []

        struct File: Sendable {
            let path: String
            let old: String
            let new: String
        }

        init(_ what: String, _ values: String = "{}", files: [File] = []) {
            self.what = what
            self.values = values
            self.files = files
        }

        /// A replaced text of a file of the chart.
        static func file(_ path: String, _ old: String, _ new: String) -> Edit {
            Edit("\(path): \(new)", files: [File(path: path, old: old, new: new)])
        }

        var testDescription: String { what }
    }

    static let values = """
        nfs: {enabled: true, pv: {enabled: true, serverIP: 10.0.0.1}, shareCreator: {enabled: true}}
        jupyterhub-home-nfs: {enabled: false}
        dask-gateway: {enabled: false}
        binderhub-service: {enabled: false}
        jupyterhub-groups-exporter: {enabled: false}
        jupyterhub:
          singleuser: {networkPolicy: {egressAllowRules: {nonPrivateIPs: false}}}
          ingress: {hosts: [hub.example.org], tls: [{hosts: [hub.example.org], secretName: https-auto-tls}]}
          hub:
            cookieSecret: "1111111111111111111111111111111111111111111111111111111111111111"
            config:
              JupyterHub: {authenticator_class: github}
              Authenticator: {admin_users: [ada]}
              GitHubOAuthenticator: {allowed_organizations: [one, two], oauth_callback_url: "https://hub.example.org/hub/oauth_callback"}

        """

    let folder: TemporaryFolder
    private let helm: String

    /// A copy of the chart with what it depends on, below a folder.
    init(helm: String = "helm") throws {
        self.helm = try #require(RealThings.program(helm), "\(helm) is missing; scripts/tools installs it")
        folder = try TemporaryFolder()
        try Self.copy(to: "\(folder.path)/basehub")
        try folder.write(["values.yaml": Self.values])
    }

    /// The real values of the official chart are those of the real fleet: they are not this project's to keep.
    static func copy(to chart: String) throws {
        let files = FileManager.default
        let root = RealThings.packageRoot
        let fleet = try #require(RealThings.fleet, "there is no real fleet; HUBFLEET_REAL_FLEET names its folder")
        let parent = URL(filePath: chart).deletingLastPathComponent().path
        try files.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try files.copyItem(atPath: "\(root)/helm-charts/basehub", toPath: chart)
        try? files.removeItem(atPath: "\(chart)/files/basehub/__pycache__")
        try? files.removeItem(atPath: "\(chart)/charts")
        try files.createDirectory(atPath: "\(chart)/charts", withIntermediateDirectories: true)
        let charts = [
            "jupyterhub", "binderhub-service", "dask-gateway", "jupyterhub-home-nfs", "jupyterhub-groups-exporter",
        ]
        for name in charts {
            try files.copyItem(atPath: "\(root)/Tests/Charts/standins/\(name)", toPath: "\(chart)/charts/\(name)")
        }
        let values = try String(contentsOfFile: "\(fleet)/upstream/jupyterhub-4.3.3/values.yaml", encoding: .utf8)
        try Data(values.replacing("set-by-chartpress", with: "4.3.3").utf8).write(
            to: URL(filePath: "\(chart)/charts/jupyterhub/values.yaml"))
    }

    /// What helm makes of the chart as it is, or with a change.
    func sheets(_ edit: Edit? = nil) async throws -> [ObjectSheet] {
        let own = try TemporaryFolder()
        var chart = folder.path + "/basehub"
        if let edit, !edit.files.isEmpty {
            try FileManager.default.copyItem(atPath: chart, toPath: own.path + "/basehub")
            chart = own.path + "/basehub"
            for file in edit.files { try Self.change(own, file) }
        }
        try own.write(["edit.yaml": edit?.values ?? "{}"])
        let call = Invocation(
            helm,
            [
                "template", "prod", chart, "--namespace=prod", "--is-upgrade", "--kube-version=1.34.0",
                "--values", folder.path + "/values.yaml", "--values", own.path + "/edit.yaml",
            ])
        // Twice, as the program does it: what charts make by chance differs.
        async let first = objects(call, edit)
        async let second = objects(call, edit)
        let (real, again) = try await (first, second)
        return Renderings(real: real, again: again, varied: .withoutSecrets).sheets(
            Renderings.Sealing(seal: { $0 }, tells: { _ in false }))
    }

    private func objects(_ call: Invocation, _ edit: Edit?) async throws -> [KubernetesObject] {
        let output = try await RealThings.runner().run(call)
        try #require(output.status == 0, "\(edit?.what ?? "as it is"): \(output.standardError)")
        return try Manifest.objects(output.standardOutput, namespace: "prod")
    }

    private static func change(_ folder: TemporaryFolder, _ file: Edit.File) throws {
        let path = "basehub/\(file.path)"
        let text = folder.exists(path) ? try folder.read(path) : ""
        try #require(text.contains(file.old) || file.old.isEmpty, "\(file.path) does not hold \(file.old)")
        try folder.write([path: file.old.isEmpty ? text + file.new : text.replacing(file.old, with: file.new)])
    }
}
