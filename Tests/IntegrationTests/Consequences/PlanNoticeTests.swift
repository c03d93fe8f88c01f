import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Rollout
import Testing

/// `hubfleet plan` with the real helm, as people run it.
@Suite(.tags(.large), .timeLimit(.minutes(20)), .needs("helm"))
struct PlanNoticeTests {
    /// A fleet of hubs on a chart that puts secrets everywhere, and the program in it.
    private struct Run {
        let probe: ProbeFleet
        private let programs: TemporaryFolder

        init(_ files: [String: String] = [:]) async throws {
            probe = try await ProbeFleet(files: files)
            // It opens the files of the test, as sops opens real ones.
            programs = try TemporaryFolder().write([
                "sops": "#!/bin/sh\nfor file; do :; done\nsed -n '1s/^# //p' \"$file\" | rev | base64 --decode\n"
            ])
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: programs.path + "/sops")
        }

        func plan(_ arguments: String...) async throws -> (status: Int, output: String, messages: String) {
            let run = try await HubProgram.run(
                ["plan", "-C", probe.folder.path, "--base", "HEAD"] + arguments,
                environment: [
                    "XDG_CACHE_HOME": probe.cache.path, "PATH": "\(programs.path):\(RealThings.searchPath)",
                ])
            for text in [run.output, run.messages] { #expect(Canaries.found(in: text) == []) }
            #expect(try Canaries.found(below: probe.cache.path) == [])
            return run
        }

        func document(_ arguments: String...) async throws -> Value {
            let done = try await HubProgram.run(
                ["plan", "-C", probe.folder.path, "--base", "HEAD", "--format", "json"] + arguments,
                environment: [
                    "XDG_CACHE_HOME": probe.cache.path, "PATH": "\(programs.path):\(RealThings.searchPath)",
                ])
            #expect(Canaries.found(in: done.output + done.messages) == [])
            let root = try #require(YAMLReader.read(done.output, file: "plan.json").root)
            let schema = JSONSchema(PlanDocument.schema, file: "plan.schema.yaml")
            #expect(schema.violations(in: root).map(\.message) == [])
            return root
        }
    }

    /// The classes of a release, those of a first upgrade with a mark.
    private func kinds(_ document: Value, _ release: String = "earth/prod") -> [String] {
        let found = document["releases"]?.list?.first { $0["id"]?.string == release }?["consequences"]?.list ?? []
        return found.compactMap { one in
            one["kind"]?.string.map { (one["if_never_upgraded"]?.bool == true ? "first-upgrade: " : "") + $0 }
        }
    }

    @Test func aSecretThatChangesShowsItsEffectAndNotItself() async throws {
        let run = try await Run()
        try run.probe.folder.write([
            ProbeFleet.secretsFile: ProbeFleet.sealed(
                ProbeFleet.secrets.replacing("canary-0001", with: "canary-0991").replacing("65001", with: "65002"))
        ])
        let document = try await run.document()
        #expect(kinds(document) == ["hub-restarts", "first-upgrade: proxy-restarts"])
        let prod = try #require(document["releases"]?.list?.first { $0["id"]?.string == "earth/prod" })
        let proofs = prod["consequences"]?.list?.first?["proofs"]?.list ?? []
        let port = try #require(proofs.first { $0["path"]?.string?.contains("env[name=PORT]") == true })
        #expect(port["secret"]?.bool == true && port["before"] == nil && port["after"] == nil)
        for format in ["table", "markdown"] {
            let done = try await run.plan("--format", format)
            #expect(done.status == 0 && done.output.contains("hub restarts"), "\(done.messages)")
        }
        #expect(try await run.plan("--explain", "earth/prod").output.contains("env[name=PORT].value: ••• changes"))
    }

    /// Which class it belongs to cannot be told, so it is never said that it does nothing.
    @Test func aSecretThatStaysClosedIsUnknown() async throws {
        let run = try await Run()
        try run.probe.folder.write([
            ProbeFleet.secretsFile: ProbeFleet.sealed(ProbeFleet.secrets.replacing("canary-0001", with: "canary-0991"))
        ])
        let document = try await run.document("--no-decrypt")
        #expect(kinds(document).first == "unknown" && !kinds(document).contains("nothing"))
        let done = try await run.plan("--no-decrypt")
        #expect(done.status == 0)
        #expect(done.output.contains("db.password"))
        #expect(done.output.contains("from db.password at \(ProbeFleet.secretsFile):"))
    }

    @Test func printsWhatThePageShows() async throws {
        let run = try await Run()
        try run.probe.folder.write([
            ProbeFleet.valuesFile: ProbeFleet.values.replacing("limit: 1G", with: "limit: 2G")
        ])
        let page = try String(contentsOfFile: RealThings.packageRoot + "/docs/planning.md", encoding: .utf8)
        let done = try await run.plan()
        let start = try #require(done.output.range(of: "What people will notice:"))
        let end = try #require(done.output.range(of: "\n\nWhat shows it:"))
        let shown = done.output[start.lowerBound..<end.lowerBound]
        #expect(page.contains("```text\n\(shown)\n```"), "docs/planning.md should show:\n\(shown)")
    }

    @Test func chancesAreNoChanges() async throws {
        let run = try await Run()
        try run.probe.folder.write(["helm-charts/probe/templates/extra.yaml": "# {{ .Release.Name }}\n"])
        // The pods of hub and proxy sum what is made by chance.
        let document = try await run.document()
        #expect(kinds(document) == ["nothing", "first-upgrade: proxy-restarts", "first-upgrade: hub-restarts"])
        let text = try await run.plan().output
        #expect(text.contains("if this was never upgraded: proxy restarts"))
    }

    @Test func whatCannotBeRenderedIsSaid() async throws {
        let run = try await Run()
        try run.probe.folder.write([ProbeFleet.valuesFile: ProbeFleet.values.replacing("limit: 1G", with: "limit: 2G")])
        let without = try await run.plan("--helm", "/nowhere/helm")
        #expect(without.status == 0)
        #expect(without.output.hasPrefix("STAGE") && without.output.contains("/nowhere/helm is not to be found"))
        let file = "helm-charts/probe/Chart.yaml"
        try run.probe.folder.write([
            file: run.probe.folder.read(file)
                + "dependencies: [{name: far, version: 1.0.0, repository: 'https://example.org'}]\n"
        ])
        let missing = try await run.plan()
        #expect(missing.status == 0 && missing.output.contains("it needs far 1.0.0, which is not here"))
        try run.probe.folder.write([
            file: run.probe.folder.read(file).replacing(/dependencies.*\n/, with: ""),
            "helm-charts/probe/templates/x.yaml": "{{ fail \"no\" }}\n",
        ])
        let refused = try await run.plan("--out", run.probe.cache.path + "/plan.json")
        #expect(refused.status == 1 && refused.messages.contains("earth/prod: helm cannot render it"))
        #expect(try run.probe.cache.read("plan.json").contains("\"not_rendered\""))
    }

    @Test func namesWhereEachComesFrom() async throws {
        let folder = try TemporaryFolder()
        try ConsequenceBed.copy(to: folder.path + "/helm-charts/basehub")
        let cluster = "config/clusters/earth"
        try folder.write([
            "\(cluster)/cluster.yaml": """
            name: earth
            provider: kubeconfig
            metadata: {}
            kubeconfig: {file: enc-k.secret.yaml}
            hubs:
              - {name: prod, domain: hub.example.org, helm_chart: basehub, helm_chart_values_files: [prod.values.yaml]}
              - {name: new-staging, domain: new.example.org, helm_chart: basehub, helm_chart_values_files: [prod.values.yaml]}

            """,
            "\(cluster)/prod.values.yaml": ConsequenceBed.values,
            "\(cluster)/enc-k.secret.yaml": "sops: {mac: m, version: 3, lastmodified: t}\n",
        ])
        try await folder.commitAll()
        try folder.write([
            "\(cluster)/prod.values.yaml":
                ConsequenceBed.values.replacing("[one, two]", with: "[one, two, three]").replacing(
                    "serverIP: 10.0.0.1", with: "serverIP: 10.0.0.2")
        ])
        let done = try await HubProgram.run(
            ["plan", "-C", folder.path, "--base", "HEAD", "--explain", "earth/prod"],
            environment: ["XDG_CACHE_HOME": folder.path + "/.git/cache"])
        #expect(done.status == 0, "\(done.messages)")
        let notices = try #require(done.output.components(separatedBy: "What people will notice:\n\n").last)
        let expected = """
            cannot be applied
                PersistentVolume prod-home-nfs, spec.nfs.server: 10.0.0.1 → 10.0.0.2; Kubernetes never changes it
                    from nfs.pv.serverIP at \(cluster)/prod.values.yaml:1:52
            data at risk
                PersistentVolume prod-home-nfs, spec.nfs.server: 10.0.0.1 → 10.0.0.2; it leads to other data, or to none
                    from nfs.pv.serverIP at \(cluster)/prod.values.yaml:1:52
            permissions widen
                Secret hub, data["values.yaml"]:hub.config.GitHubOAuthenticator.allowed_organizations["three"]: set to three; \
            more people may come in
            """
        #expect(notices.hasPrefix(expected), "\(notices)")
    }
}
