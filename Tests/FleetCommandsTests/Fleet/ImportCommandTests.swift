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

    /// Runs the command where none of the programs is there that it can use; gives the status.
    private func run(_ sample: CommandCase, _ arguments: String...) async throws -> Int32 {
        var context = sample.context
        context.runner = ScriptedCommandRunner { throw CommandError.notFound(program: $0.program) }
        do {
            try await CommandCase.command(arguments).run(in: context)
        } catch let code as ExitCode {
            return code.rawValue
        }
        return 0
    }

    private let steps = """
        config/clusters/c/prod.values.yaml:1:1: inClusterNFS is now homeStorageClass
        config/clusters/c/prod.values.yaml:2:40: nfs.dirsizeReporter.reportTotalSize is left out: the sum of \
        dirsize_total_size_bytes of one exporter says it without a switch
        config/clusters/c/prod.values.yaml:5:5: jupyterhub.custom.2i2c is now staff
        config/clusters/c/prod.values.yaml:6:7: jupyterhub.custom.2i2c.staff_github_ids must be said anew: put the names \
        into jupyterhub.custom.staff.ids.github
        config/clusters/c/prod.values.yaml:6:7: jupyterhub.custom.staff.staff_github_ids is a comment now, because the \
        new chart refuses it: unknown key "staff_github_ids" in `jupyterhub.custom.staff`
        helm-charts/basehub:1:1: note: one file is left out, because Hubfleet's chart basehub takes the place of this \
        one: Chart.yaml [import/left-out]
        """

    @Test func writesAFleetAndSaysWhatBecameOfKeys() async throws {
        let sample = try sample()
        #expect(try await run(sample, "import", "theirs", "--to", "mine") == 0)
        #expect(sample.output.results == steps)
        #expect(sample.output.messages[1].hasSuffix("files written, 4 keys changed, 1 to be changed by hand."))
        #expect(sample.output.messages.last == "Next: hubfleet validate -C mine")
        let text = try sample.folder.read("mine/config/clusters/c/prod.values.yaml")
        #expect(
            text.hasPrefix("homeStorageClass: {enabled: true} # a comment\nnfs: {dirsizeReporter: {enabled: true}}"))
        #expect(sample.folder.exists("mine/helm-charts/basehub/values.yaml"))
        #expect(sample.folder.exists("mine/fleet.yaml"))
    }

    @Test func aDryRunWritesNothing() async throws {
        let sample = try sample()
        #expect(try await run(sample, "import", "theirs", "--to", "mine", "--dry-run") == 0)
        #expect(sample.output.results == steps)
        #expect(sample.output.messages[1].contains("files to write"))
        #expect(!sample.folder.exists("mine"))
    }

    @Test func printsJSON() async throws {
        struct Sheet: Decodable {
            struct Key: Decodable { let path: String, done: Bool }
            struct Entry: Decodable { let rule: String, severity: String }
            let files: [String], keys: [Key], findings: [Entry]
        }
        let sample = try sample()
        #expect(try await run(sample, "import", "theirs", "--to", "mine", "--dry-run", "--format", "json") == 0)
        let sheet = try JSONDecoder().decode(Sheet.self, from: Data(sample.output.results.utf8))
        #expect(sheet.files.contains("config/clusters/c/prod.values.yaml") && sheet.files.contains("fleet.yaml"))
        #expect(sheet.keys.map(\.done) == [true, true, true, false, true])
        #expect(sheet.findings.map(\.rule) == ["import/left-out"])
    }

    @Test(arguments: [["--without-alerts", " "], ["--helm", ""], ["--format", "yaml"]])
    func refusesWhatItDoesNotUnderstand(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try CommandCase.command(["import", "theirs", "--to", "mine"] + arguments) }
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
