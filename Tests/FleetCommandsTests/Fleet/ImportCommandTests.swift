import ArgumentParser
import FleetTesting
import FleetTools
import Foundation
import Provisioning
import Testing

@testable import FleetCommands

@Suite(.tags(.medium))
struct ImportCommandTests {
    /// A fleet of another system with a key of each kind: renamed, left out, and for a person.
    private func sample() throws -> CommandCase {
        let folder = try TemporaryFolder().write([
            "theirs/config/clusters/c/cluster.yaml": """
            name: c
            provider: local
            hubs: [{name: prod, helm_chart: basehub, helm_chart_values_files: [prod.values.yaml]}]

            """,
            "theirs/config/clusters/c/prod.values.yaml": """
            inClusterNFS: {enabled: true} # a comment
            nfs: {dirsizeReporter: {enabled: true, reportTotalSize: true}}
            jupyterhub:
              custom:
                2i2c:
                  staff_github_ids: [ada]

            """,
            "theirs/helm-charts/basehub/Chart.yaml": "name: basehub\n",
        ])
        return CommandCase(folder: folder)
    }

    private let steps = """
        config/clusters/c/prod.values.yaml:1:1: inClusterNFS is now homeStorageClass
        config/clusters/c/prod.values.yaml:2:40: nfs.dirsizeReporter.reportTotalSize is left out: the sum of \
        dirsize_total_size_bytes of one exporter says it without a switch (by hand: it cannot be changed in this file)
        config/clusters/c/prod.values.yaml:5:5: jupyterhub.custom.2i2c is now staff
        config/clusters/c/prod.values.yaml:6:7: jupyterhub.custom.2i2c.staff_github_ids must be said anew: put the names \
        into jupyterhub.custom.staff.ids.github
        """

    @Test func writesAFleetAndSaysWhatBecameOfKeys() async throws {
        let sample = try sample()
        try await sample.run("import", "theirs", "--to", "mine")
        #expect(sample.output.results == steps)
        #expect(
            sample.output.messages.first?.hasSuffix("files written, 2 keys translated, 2 to be changed by hand.")
                == true)
        #expect(sample.output.messages.last == "Next: hubfleet validate -C mine")
        let text = try sample.folder.read("mine/config/clusters/c/prod.values.yaml")
        #expect(text.hasPrefix("homeStorageClass: {enabled: true} # a comment\n"))
        #expect(sample.folder.exists("mine/helm-charts/basehub/values.yaml"))
        #expect(sample.folder.exists("mine/fleet.yaml"))
    }

    @Test func aDryRunWritesNothing() async throws {
        let sample = try sample()
        try await sample.run("import", "theirs", "--to", "mine", "--dry-run")
        #expect(sample.output.results == steps)
        #expect(sample.output.messages.first?.contains("files to write") == true)
        #expect(!sample.folder.exists("mine"))
    }

    @Test func refusesWhatItCannotDo() async throws {
        let sample = try sample()
        try sample.folder.write(["full/file": ""])
        let folder = sample.folder.path
        await #expect(throws: FleetImportError.noFleet("\(folder)/none")) {
            try await sample.run("import", "none", "--to", "mine")
        }
        await #expect(throws: FileSetError.notEmpty(folder: "\(folder)/full")) {
            try await sample.run("import", "theirs", "--to", "full")
        }
        #expect(sample.output.results == "")
    }
}
