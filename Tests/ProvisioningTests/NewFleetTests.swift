import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Provisioning
import Testing
import Texts

@Suite(.tags(.medium))
struct NewFleetTests {
    @Test func isAFleetWithoutFindings() async throws {
        let folder = try TemporaryFolder()
        let files = try NewFleet.write(to: folder.path)
        #expect(files.contains("config/clusters/local/cluster.yaml"))
        let reading = try await FleetReader.read(WorkingTree(folder.path))
        #expect(reading.findings == [])
        #expect(reading.fleet.hubs.map(\.id) == ["local/staging", "local/prod"])
        #expect(reading.fleet.clusters.first?.provider.kind == .local)
    }

    @Test func valuesFilesAreGoodYAML() {
        for (path, text) in NewFleet.texts where path.hasSuffix(".yaml") && !path.contains("/templates/") {
            #expect(YAMLReader.read(text, file: path).findings == [])
        }
    }

    @Test func neverTouchesWhatIsThere() throws {
        let folder = try TemporaryFolder().write(["README.md": "mine"])
        #expect(throws: FileSetError.notEmpty(folder: folder.path)) { try NewFleet.write(to: folder.path) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["README.md"])
        #expect(try folder.read("README.md") == "mine")
    }

    @Test func acceptsAnEmptyGitRepository() throws {
        let folder = try TemporaryFolder().write([".git/HEAD": "x"])
        #expect(try NewFleet.write(to: folder.path).isEmpty == false)
    }
}
