import FleetTesting
import FleetTools
import Foundation
import Testing

/// `hubfleet diff` as people run it.
@Suite(.tags(.large), .timeLimit(.minutes(10)), .needs("helm"))
struct DiffProgramTests {
    /// The program in a fleet in which the memory of all hubs and a secret change.
    private struct Run {
        let probe: ProbeFleet
        private let programs: TemporaryFolder

        init() async throws {
            probe = try await ProbeFleet()
            try probe.folder.write([
                ProbeFleet.valuesFile: ProbeFleet.values.replacing("limit: 1G", with: "limit: 2G"),
                ProbeFleet.secretsFile: ProbeFleet.sealed(
                    ProbeFleet.secrets.replacing("canary-0001", with: "canary-0991")),
            ])
            // It opens the files of the test, as sops opens real ones.
            programs = try TemporaryFolder().write([
                "sops": "#!/bin/sh\nfor file; do :; done\nsed -n '1s/^# //p' \"$file\" | rev | base64 --decode\n"
            ])
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: programs.path + "/sops")
        }

        func diff(_ arguments: String...) async throws -> (status: Int, output: String, messages: String) {
            let run = try await HubProgram.run(
                ["diff", "-C", probe.folder.path, "--base", "HEAD"] + arguments,
                environment: [
                    "XDG_CACHE_HOME": probe.cache.path, "PATH": "\(programs.path):\(RealThings.searchPath)",
                ])
            for text in [run.output, run.messages] { #expect(Canaries.found(in: text) == []) }
            #expect(try Canaries.found(below: probe.cache.path) == [])
            return run
        }
    }

    @Test func printsWhatThePageShows() async throws {
        let program = try await Run()
        let page = try String(contentsOfFile: RealThings.packageRoot + "/docs/comparing.md", encoding: .utf8)
        for argument in ["*/prod", "--summary"] {
            let done = try await program.diff(argument)
            #expect(done.status == 0, "\(done.messages)")
            #expect(page.contains("```text\n\(done.output)```"), "docs/comparing.md should show:\n\(done.output)")
        }
    }

    @Test func printsJSON() async throws {
        let program = try await Run()
        let done = try await program.diff("--format", "json", "--verbose")
        #expect(done.status == 0, "\(done.messages)")
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(done.output.utf8)) as? [String: Any])
        #expect(json["version"] as? Int == 1)
        let releases = try #require(json["releases"] as? [[String: Any]])
        #expect(releases.map { $0["id"] as? String } == ["earth/prod", "earth/staging"])
        let objects = try #require(releases[0]["objects"] as? [[String: Any]])
        #expect(objects.map { $0["name"] as? String } == ["hub", "hub", "hub"])
        let summary = try await program.diff("--format", "json", "--summary")
        #expect(summary.output.contains("\"before\" : \"1G\""))
    }

    @Test func endsAsItsHelpSays() async throws {
        let program = try await Run()
        #expect(try await program.diff("--detailed-exitcode").status == 2)
        let closed = try await program.diff("--no-decrypt", "earth/prod")
        #expect(closed.status == 0)
        #expect(closed.output.contains("closed here: config/clusters/earth/enc-common.secret.values.yaml"))
        #expect(try await program.diff("nowhere").status == 1)
        try program.probe.folder.write(["helm-charts/probe/templates/x.yaml": "{{ fail \"no\" }}\n"])
        let failed = try await program.diff("--detailed-exitcode")
        #expect(failed.status == 1)
        #expect(failed.messages.contains("earth/prod: now: helm cannot render it"))
        try await program.probe.folder.commitAll("a chart that fails")
        try program.probe.folder.write(["helm-charts/probe/templates/x.yaml": ""])
        #expect(try await program.diff().messages.contains("earth/prod: before: helm cannot render it"))
    }
}
