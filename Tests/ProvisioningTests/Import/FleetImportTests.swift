import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Provisioning
import Testing
import Texts

@Suite(.tags(.medium))
struct FleetImportTests {
    private func source() throws -> TemporaryFolder {
        try TemporaryFolder().write([
            "config/clusters/c/cluster.yaml":
                "name: c\nprovider: local\nhubs:\n  - name: prod\n    helm_chart: basehub\n    helm_chart_values_files: [a.values.yaml]\n",
            "config/clusters/c/a.values.yaml": "inClusterNFS: {enabled: false}\n",
            "config/clusters/c/enc-a.secret.values.yaml": "inClusterNFS: ENC[x]\nsops: {}\n",
            "helm-charts/basehub/Chart.yaml": "name: basehub\n",
            "helm-charts/basehub/values.yaml": """
            jupyterhub:
              custom:
                2i2c: {staff_github_ids: [ada, "gr\\"ace"], staff_google_ids: []}
                homepage: {gitRepoUrl: "https://example.org/page", gitRepoBranch: master}
            """,
            "helm-charts/mine/Chart.yaml": "name: mine\n",
            "terraform/main.tf": "not taken",
        ])
    }

    @Test func writesTheFleetOnTheChartsOfHubfleet() async throws {
        let source = try source()
        let target = try TemporaryFolder()
        let plan = try await FleetImport(from: WorkingTree(source.path)).plan()
        try plan.write(to: target.path)
        #expect(try target.read("config/clusters/c/a.values.yaml") == "homeStorageClass: {enabled: false}\n")
        #expect(try target.read("config/clusters/c/enc-a.secret.values.yaml") == "inClusterNFS: ENC[x]\nsops: {}\n")
        #expect(try target.read("helm-charts/mine/Chart.yaml") == "name: mine\n")
        let values = YAMLReader.read(try target.read("helm-charts/basehub/values.yaml"), file: "v").root
        let custom = try #require(values?["jupyterhub", "custom"])
        #expect(custom["staff", "ids", "github"]?.list?.compactMap(\.string) == ["ada", "gr\"ace"])
        #expect(custom["homepage", "gitRepoUrl"]?.string == "https://example.org/page")
        #expect(custom["homepage", "gitRepoBranch"]?.string == "master")
        #expect(custom["homepage", "templateVars", "enabled"]?.bool == true)
        #expect(plan.steps.map(\.isDone) == [true, false, true, true, true])
        #expect(!plan.files.contains { $0.path.hasPrefix("terraform") })
        #expect(
            plan.leftOut == [
                LeftOut(
                    path: "helm-charts/basehub", reason: .replacedChart("basehub"),
                    files: ["Chart.yaml", "values.yaml"]),
                LeftOut(path: "terraform", reason: .notConfiguration, files: ["main.tf"]),
            ])
        #expect(try await FleetReader.read(WorkingTree(target.path)).fleet.hubs.map(\.id) == ["c/prod"])
    }

    /// Encrypted files beside the chart of support services are values of all clusters, and charts that others depend on
    /// say what their defaults are.
    @Test func takesOverWhatIsReadAsValues() async throws {
        let source = try source().write([
            "helm-charts/support/Chart.yaml": "name: support\n",
            "helm-charts/support/enc-a.secret.values.yaml": "a: ENC[x]\nsops: {}\n",
            "helm-charts/support/files/enc-b.secret.values.yaml": "a: ENC[x]\nsops: {}\n",
            "helm-charts/basehub/enc-a.secret.values.yaml": "a: ENC[x]\nsops: {}\n",
            "upstream/jupyterhub-1.0.0/values.yaml": "a: 1\n",
        ])
        let plan = try await FleetImport(from: WorkingTree(source.path)).plan()
        let taken = plan.files.map(\.path).filter { $0.contains("/enc-") || $0.hasPrefix("upstream") }
        #expect(
            taken == [
                "config/clusters/c/enc-a.secret.values.yaml", "helm-charts/support/enc-a.secret.values.yaml",
                "upstream/jupyterhub-1.0.0/values.yaml",
            ])
        #expect(plan.replacedCharts == ["basehub", "support"])
    }

    @Test func refusesWhatIsNoFleetAndWhatIsThere() async throws {
        let empty = try TemporaryFolder()
        let target = try TemporaryFolder()
        await #expect(throws: FleetImportError.noFleet(empty.path)) {
            _ = try await FleetImport(from: WorkingTree(empty.path)).plan()
        }
        let source = try source()
        let plan = try await FleetImport(from: WorkingTree(source.path)).plan()
        try target.write(["README.md": "mine"])
        #expect(throws: FileSetError.notEmpty(folder: target.path)) { try plan.write(to: target.path) }
    }

    @Test func copiesNothingFromOutside() async throws {
        let source = try source()
        try FileManager.default.createSymbolicLink(
            atPath: "\(source.path)/config/clusters/c/link.values.yaml", withDestinationPath: "/etc/passwd")
        try FileManager.default.createSymbolicLink(
            atPath: "\(source.path)/.sops.yaml", withDestinationPath: "/etc/passwd")
        let plan = try await FleetImport(from: WorkingTree(source.path)).plan()
        #expect(!plan.files.contains { $0.path.hasSuffix("link.values.yaml") || $0.path == ".sops.yaml" })
        #expect(
            plan.leftOut.filter { $0.reason == .link }.map(\.path) == [
                ".sops.yaml", "config/clusters/c/link.values.yaml",
            ])
    }

    /// What lies in the folder by now does not count, and links are left out as they are on the disk.
    @Test(.needs("git")) func takesOverACommit() async throws {
        let source = try source()
        let folder = "\(source.path)/config/clusters/c"
        for (name, target) in [("inside.yaml", "a.values.yaml"), ("folder", "../c"), ("outside.yaml", "/etc/passwd")] {
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: target)
        }
        let expected = try await FleetImport(from: WorkingTree(source.path)).plan()
        #expect(
            expected.files.map(\.path).filter { $0.hasPrefix("config/") } == [
                "config/clusters/c/a.values.yaml", "config/clusters/c/cluster.yaml",
                "config/clusters/c/enc-a.secret.values.yaml",
            ])
        try await source.commitAll()
        try source.write(["config/clusters/c/a.values.yaml": "later: {}\n", "config/clusters/c/new.yaml": ""])
        let target = try TemporaryFolder()
        let commit = try await GitTree("HEAD", of: source.path, runner: RealThings.runner())
        let plan = try await FleetImport(from: commit, at: source.path).plan()
        #expect(plan == expected)
        try plan.write(to: target.path)
        #expect(try target.read("config/clusters/c/a.values.yaml") == "homeStorageClass: {enabled: false}\n")
    }
}
