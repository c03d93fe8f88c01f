import ArgumentParser
import Engines
import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Testing

@testable import FleetCommands

/// `up` as far as a hub's start: no hub of these tests runs, so that each session ends with a failure by itself.
@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct UpSessionTests {
    private static let sealed =
        "token: ENC[x]\nsops: {version: 3, mac: m, lastmodified: t, age: [{recipient: age1a}]}\n"

    /// Hubs of one cluster that share a chart, a values file and an encrypted file; each has a file of its own, too.
    private static func files(hubs: [String]) -> [String: String] {
        let listed = hubs.map {
            "  - {name: \($0), domain: \($0).org, helm_chart: basehub, "
                + "helm_chart_values_files: [common.yaml, enc-common.secret.yaml, \($0).yaml]}\n"
        }
        var files = [
            "helm-charts/basehub/Chart.yaml": "name: basehub\n",
            "helm-charts/basehub/values.yaml": "jupyterhub: {hub: {concurrentSpawnLimit: 11}}\n",
            "config/clusters/c/cluster.yaml": "name: c\nprovider: local\nhubs:\n" + listed.joined(),
            "config/clusters/c/common.yaml": "jupyterhub: {hub: {concurrentSpawnLimit: 22}}\n",
            "config/clusters/c/enc-common.secret.yaml": sealed,
        ]
        for hub in hubs { files["config/clusters/c/\(hub).yaml"] = "jupyterhub: {}\n" }
        return files
    }

    /// Plays sops, and a Python that installs at once.
    private func programs() -> ScriptedCommandRunner {
        ScriptedCommandRunner { call in
            if call.program == "sops" { return CommandOutput(standardOutput: Array("token: canary-1\n".utf8)) }
            if call.program == "uv" || call.program == "git" { throw CommandError.notFound(program: call.program) }
            if call.arguments.contains("-c") {
                return CommandOutput(standardOutput: Array("{\"version\": [3, 11], \"places\": []}".utf8))
            }
            if call.arguments.contains("venv"), let folder = call.arguments.last {
                try FileWriting.makeFolder(folder + "/bin")
                try FileWriting.write("", to: folder + "/bin/python", permissions: 0o755)
            }
            return CommandOutput()
        }
    }

    @Test func whatHubsShareIsReadAndOpenedOnce() async throws {
        let files = Self.files(hubs: ["a", "b", "d", "e", "f"])
        let sample = CommandCase(folder: try TemporaryFolder().write(files))
        let programs = programs()
        var context = sample.context
        context.runner = programs
        let folder = WorkingTree(sample.folder.path)
        let source = CountingSource(folder)
        let fleet = try await OpenFleet(source, runner: programs)
        let session = UpSession(
            command: try #require(try CommandCase.command(["up"]) as? UpCommand),
            selection: UpSelection(folder: folder, fleet: fleet, clusters: fleet.fleet.clusters, commit: nil),
            state: StateFolder(path: folder.root + "/state"), context: context)
        await #expect(throws: ExitStatus.failure) { try await session.run() }
        for hub in fleet.fleet.hubs {
            let place = session.state.folder(of: hub, fleetRoot: folder.root).revision(1).hub.config
            #expect(try String(contentsOfFile: place, encoding: .utf8).contains("concurrent_spawn_limit = 22"))
        }
        #expect(source.reads == files.mapValues { _ in 1 })
        #expect(programs.calls.count { $0.program == "sops" } == 1)
    }

    @Test(.needs("git"), arguments: [true, false]) func theRecordSaysTheCommit(isCheckout: Bool) async throws {
        let sample = CommandCase(folder: try TemporaryFolder().write(Self.files(hubs: ["a"])))
        let git = try RealThings.runner()
        let programs = programs()
        var context = sample.context
        context.runner = ScriptedCommandRunner { call in
            if call.program == "git" { return try await git.run(call) }
            return try await programs.run(call)
        }
        var commit: String?
        if isCheckout {
            try await sample.folder.commitAll()
            commit = try await GitTree("HEAD", of: sample.folder.path, runner: git).commit
        }
        let command = try #require(try CommandCase.command(["up", "--state-dir", "state"]) as? UpCommand)
        let given = context
        await #expect(throws: ExitStatus.failure) { try await command.run(in: given) }
        let fleet = WorkingTree(sample.folder.path)
        let hub = try #require(try await FleetReader.read(fleet).fleet.hubs.first)
        let engine = LocalEngine(
            state: StateFolder(path: fleet.root + "/state"), fleet: fleet, doors: given.doors)
        let wanted = try #require(engine.state(of: hub).record.wanted)
        #expect(wanted.revision.commit == commit)
    }
}
