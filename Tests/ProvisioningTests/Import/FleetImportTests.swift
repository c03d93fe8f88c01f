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
        let files = try await FleetImport(from: WorkingTree(source.path), to: target.path).write()
        #expect(try target.read("config/clusters/c/a.values.yaml") == "homeStorageClass: {enabled: false}\n")
        #expect(try target.read("config/clusters/c/enc-a.secret.values.yaml") == "inClusterNFS: ENC[x]\nsops: {}\n")
        #expect(try target.read("helm-charts/mine/Chart.yaml") == "name: mine\n")
        let values = YAMLReader.read(try target.read("helm-charts/basehub/values.yaml"), file: "v").root
        let custom = try #require(values?["jupyterhub", "custom"])
        #expect(custom["staff", "ids", "github"]?.list?.compactMap(\.string) == ["ada", "gr\"ace"])
        #expect(custom["homepage", "gitRepoUrl"]?.string == "https://example.org/page")
        #expect(custom["homepage", "gitRepoBranch"]?.string == "master")
        #expect(custom["homepage", "templateVars", "enabled"]?.bool == true)
        #expect(files.flatMap(\.steps).map(\.isDone) == [true, false, true, true, true])
        #expect(!files.contains { $0.path.hasPrefix("terraform") })
        #expect(try await FleetReader.read(WorkingTree(target.path)).fleet.hubs.map(\.id) == ["c/prod"])
    }

    @Test func aPreviewWritesNothing() async throws {
        let source = try source()
        let target = try TemporaryFolder()
        let files = try await FleetImport(from: WorkingTree(source.path), to: target.path).preview()
        #expect(files.contains { $0.path == "config/clusters/c/a.values.yaml" })
        #expect(try FileManager.default.contentsOfDirectory(atPath: target.path).isEmpty)
    }

    @Test func refusesWhatIsNoFleetAndWhatIsThere() async throws {
        let empty = try TemporaryFolder()
        let target = try TemporaryFolder()
        await #expect(throws: FleetImportError.noFleet(empty.path)) {
            try await FleetImport(from: WorkingTree(empty.path), to: target.path).write()
        }
        let source = try source()
        try target.write(["README.md": "mine"])
        await #expect(throws: FileSetError.notEmpty(folder: target.path)) {
            try await FleetImport(from: WorkingTree(source.path), to: target.path).write()
        }
    }

    @Test func copiesNothingFromOutside() async throws {
        let source = try source()
        try FileManager.default.createSymbolicLink(
            atPath: "\(source.path)/config/clusters/c/link.values.yaml", withDestinationPath: "/etc/passwd")
        try FileManager.default.createSymbolicLink(
            atPath: "\(source.path)/.sops.yaml", withDestinationPath: "/etc/passwd")
        let files = try await FleetImport(from: WorkingTree(source.path), to: source.path + "/new").preview()
        #expect(!files.contains { $0.path.hasSuffix("link.values.yaml") || $0.path == ".sops.yaml" })
    }

    /// What lies in the folder by now does not count, and links are left out as they are on the disk.
    @Test(.needs("git")) func takesOverACommit() async throws {
        let source = try source()
        let folder = "\(source.path)/config/clusters/c"
        for (name, target) in [("inside.yaml", "a.values.yaml"), ("folder", "../c"), ("outside.yaml", "/etc/passwd")] {
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: target)
        }
        let expected = try await FleetImport(from: WorkingTree(source.path), to: "/unused").preview()
        #expect(
            expected.map(\.path).filter { $0.hasPrefix("config/") } == [
                "config/clusters/c/a.values.yaml", "config/clusters/c/cluster.yaml",
                "config/clusters/c/enc-a.secret.values.yaml",
            ])
        try await source.commitAll()
        try source.write(["config/clusters/c/a.values.yaml": "later: {}\n", "config/clusters/c/new.yaml": ""])
        let target = try TemporaryFolder()
        let commit = try await GitTree("HEAD", of: source.path, runner: RealThings.runner())
        let files = try await FleetImport(from: commit, at: source.path, to: target.path).write()
        #expect(files == expected)
        #expect(try target.read("config/clusters/c/a.values.yaml") == "homeStorageClass: {enabled: false}\n")
    }
}
