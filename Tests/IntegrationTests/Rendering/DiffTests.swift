import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Rollout
import Testing

/// What a change does to rendered objects, by the real helm.
@Suite(.tags(.large), .timeLimit(.minutes(20)), .needs("helm"), .needs("helm3"))
struct DiffTests {
    /// The paths of all fields that differ in one object of one release.
    private func paths(_ differences: [ReleaseDifference], _ object: String, in release: String = "earth/prod")
        -> [String]
    {
        self.object(differences, object, in: release)?.fields.map(\.path) ?? []
    }

    private func object(
        _ differences: [ReleaseDifference], _ name: String, in release: String = "earth/prod"
    ) -> ObjectDifference? {
        differences.first { $0.release.id == release }?.objects.first { $0.identity.description == name }
    }

    @Test(arguments: ["helm", "helm3"]) func twoRenderingsOfTheSameAreEqual(_ helm: String) async throws {
        let probe = try await ProbeFleet(helm: helm)
        // Comments and order are another file, and the same values.
        try probe.folder.write([ProbeFleet.valuesFile: "# a comment\n" + ProbeFleet.values])
        #expect(try await probe.diff().map(\.outcome) == [.same, .same])
        #expect(probe.helmCalls.allSatisfy { $0.arguments.first == "version" })
        // What renders anew under another key is still the same, whatever is made by chance.
        try probe.folder.write(["helm-charts/probe/templates/NOTES.txt": "notes\n"])
        #expect(try await probe.diff().map(\.outcome) == [.same, .same])
        // Of two hubs each state is rendered twice, and once with other secrets.
        #expect(probe.helmCalls.count { $0.arguments.first == "template" } == 12)
    }

    @Test(arguments: ["helm", "helm3"]) func namesWhatDiffers(_ helm: String) async throws {
        let probe = try await ProbeFleet(helm: helm)
        try probe.folder.write([
            ProbeFleet.valuesFile: ProbeFleet.values.replacing("limit: 1G", with: "limit: 2G")
                .replacing("[ada, grace, alan]", with: "[ada, edsger, grace, alan]")
                .replacing("slug: large, memory: 8G", with: "slug: large, memory: 16G")
                .replacing("spawner.memory = \"1G\"", with: "spawner.memory = \"2G\"")
                .replacing("host: db.example.org", with: "host: db2.example.org")
        ])
        let differences = try await probe.diff()
        #expect(
            paths(differences, "Secret hub") == [
                "data.address", "data[\"values.yaml\"]:db.host", "data[\"values.yaml\"]:memory.limit",
                "data[\"values.yaml\"]:profiles[slug=large].memory", "data[\"values.yaml\"]:python",
                "data[\"values.yaml\"]:users[\"edsger\"]",
            ])
        #expect(
            paths(differences, "ConfigMap hub")
                == [
                    "data[\"profiles.yaml\"]:[slug=large].memory", "data.query", "data[\"settings.json\"]:memory.limit",
                    "data[\"settings.json\"]:users[\"edsger\"]", "data[\"spawner.py\"]",
                ].sorted())
        let python = object(differences, "ConfigMap hub")?.fields.first { $0.path.contains("spawner") }
        #expect(python?.lines.map(\.text) == ["    spawner.memory = \"1G\"", "    spawner.memory = \"2G\""])
        #expect(python?.lines.map(\.within) == ["start", "start"])
        let address = try #require(object(differences, "Secret hub")?.fields.first { $0.path == "data.address" })
        #expect(address.before?.shown == "postgres://hub:•••@db.example.org/hub")
        #expect(address.after?.shown == "postgres://hub:•••@db2.example.org/hub")
        let deployment = object(differences, "Deployment hub")
        #expect(deployment?.fields.map(\.path) == ["spec.template.spec.containers[name=hub].env[name=MEMORY].value"])
        #expect(deployment?.because == ["ConfigMap hub", "Secret hub"])
        // It reads what is made by chance, and that alone.
        #expect(object(differences, "Deployment proxy") == nil)
    }

    @Test func givesHooksTestsAndOthersSectionsOfTheirOwn() async throws {
        let probe = try await ProbeFleet()
        try probe.folder.write([
            ProbeFleet.valuesFile: ProbeFleet.values.replacing("tag: \"1.0\"", with: "tag: \"1.1\""),
            "helm-charts/probe/crds/things.yaml":
                ProbeFleet.chart["helm-charts/probe/crds/things.yaml"]?.replacing("spec: {", with: "spec: {names: {},")
                ?? "",
        ])
        let objects = try await probe.diff().first { $0.release.id == "earth/prod" }?.objects ?? []
        let sections = Dictionary(grouping: objects, by: \.section).mapValues { $0.map(\.identity.description) }
        #expect(sections[.hook] == ["Job hook"])
        #expect(sections[.test] == ["Pod test"])
        #expect(sections[.definition] == ["CustomResourceDefinition things.example.org"])
        #expect(sections[.elsewhere] == ["ConfigMap other/shared"])
        // The name is made by chance, and it is one object all the same.
        #expect(sections[.release] == ["Deployment hub", "Job ~", "Secret hub"])
    }

    @Test func saysThatASecretChangesAndHidesIt() async throws {
        let probe = try await ProbeFleet()
        try probe.folder.write([
            ProbeFleet.secretsFile: ProbeFleet.sealed(
                ProbeFleet.secrets.replacing("canary-0001", with: "canary-0991").replacing("65001", with: "65002"))
        ])
        let differences = try await probe.diff()
        #expect(
            paths(differences, "Secret hub") == [
                "data.address", "data[\"values.yaml\"]:db.password", "data[\"values.yaml\"]:db.port",
            ])
        for field in object(differences, "Secret hub")?.fields ?? [] {
            #expect(field.isHidden, "\(field.path)")
            #expect(field.before?.shown == field.after?.shown, "\(field.path)")
        }
        #expect(paths(differences, "ConfigMap hub") == [])
        #expect(
            paths(differences, "Deployment hub") == ["spec.template.spec.containers[name=hub].env[name=PORT].value"])
        #expect(Canaries.found(in: "\(differences)") == [])
        #expect(try Canaries.found(below: probe.cache.path) == [])
    }

    @Test func secretsShowInNoFormAnywhere() async throws {
        let probe = try await ProbeFleet()
        // Every field of every object is new.
        let differences = try await added(probe)
        let fields = differences.flatMap(\.objects).flatMap(\.fields)
        #expect(fields.count > 100)
        #expect(Canaries.found(in: "\(differences)") == [])
        #expect(try Canaries.found(below: probe.cache.path) == [])
        // What is shown of a field with a secret is right, not only nothing.
        let shown = Dictionary(fields.map { ($0.path, $0.after?.shown ?? "") }) { first, _ in first }
        #expect(shown["data.address"] == "postgres://hub:•••@db.example.org/hub")
        #expect(shown["data.header"] == "Basic •••")
        #expect(shown["data.query"] == "https://db.example.org/?token=•••&user=ada")
        #expect(shown["data[\"settings.json\"]:token"] == "•••")
        #expect(shown["data[\"settings.json\"]:memory.limit"] == "1G")
        #expect(shown["data.shout"] == "•••")
        #expect(shown["data[\"values.yaml\"]:api.keys[0]"] == "•••")
        #expect(shown["data[\"values.yaml\"]:api.enabled"] == "•••")
        #expect(shown["data[\"values.yaml\"]:extra[\"x.y/z\"]"] == "\"0644\"")
        #expect(shown["spec.template.spec.containers[name=hub].env[name=PORT].value"] == "•••")
        #expect(shown["data.chance"] == "~")
    }

    /// The differences to a commit without hubs.
    private func added(_ probe: ProbeFleet) async throws -> [ReleaseDifference] {
        let cluster = "config/clusters/earth/cluster.yaml"
        let text = try probe.folder.read(cluster)
        try probe.folder.write([cluster: text.replacing(/hubs:(?s).*/, with: "hubs: []\n")])
        try await probe.folder.commitAll("without hubs")
        try probe.folder.write([cluster: text])
        let differences = try await probe.diff()
        #expect(differences.allSatisfy { if case .added = $0.outcome { true } else { false } })
        return differences
    }

    @Test func comparesCipherTextWithoutAKey() async throws {
        let probe = try await ProbeFleet()
        try probe.folder.write([
            ProbeFleet.valuesFile: ProbeFleet.values.replacing("limit: 1G", with: "limit: 2G"),
            ProbeFleet.secretsFile: ProbeFleet.sealed(ProbeFleet.secrets.replacing("canary-0001", with: "canary-0991")),
        ])
        let differences = try await probe.diff(opensEncryptedFiles: false)
        #expect(
            paths(differences, "Secret hub") == [
                "data.address", "data[\"values.yaml\"]:db.password", "data[\"values.yaml\"]:memory.limit",
            ])
        #expect(differences.allSatisfy { $0.closed == [ProbeFleet.secretsFile] })
        #expect(Canaries.found(in: "\(differences)") == [])
        #expect(!"\(differences)".contains("ENC["))
    }

    @Test func isMadeOnceAlone() async throws {
        let probe = try await ProbeFleet()
        try probe.folder.write([ProbeFleet.valuesFile: ProbeFleet.values.replacing("limit: 1G", with: "limit: 2G")])
        let first = try await probe.diff()
        let calls = probe.helmCalls.count
        #expect(calls > 1)
        let second = try await probe.diff()
        #expect(second.map(\.outcome) == first.map(\.outcome))
        // Not even for its version.
        #expect(probe.helmCalls.count == calls)
        // The base is here; the new state of two hubs is rendered, three times each.
        try probe.folder.write([ProbeFleet.valuesFile: ProbeFleet.values.replacing("limit: 1G", with: "limit: 3G")])
        _ = try await probe.diff()
        #expect(probe.helmCalls.count == calls + 6)
    }

    @Test func aFileThatHelmRefusesSaysWhyWithoutItsSecrets() async throws {
        let chart = "{{ fail (printf \"the token is %s\" .Values.api.token) }}\n"
        let probe = try await ProbeFleet()
        try probe.folder.write(["helm-charts/probe/templates/refusing.yaml": chart])
        for difference in try await probe.diff() {
            guard case .failed(let reason) = difference.outcome else {
                Issue.record("\(difference.outcome)")
                continue
            }
            #expect(reason.contains("now: helm cannot render it"))
            #expect(reason.contains("the token is •••"))
            #expect(Canaries.found(in: reason) == [])
        }
        // With other secrets it renders.
        try probe.folder.write([
            "helm-charts/probe/templates/refusing.yaml":
                "{{ if hasPrefix \"canary\" .Values.api.token }}{{ fail .Values.api.token }}{{ end }}\n"
        ])
        for difference in try await probe.diff() {
            guard case .failed(let reason) = difference.outcome else {
                Issue.record("\(difference.outcome)")
                continue
            }
            #expect(reason.contains("what a secret holds"))
            #expect(Canaries.found(in: reason) == [])
        }
    }

    @Test func whatRendersWithNoOtherSecretHidesAllValues() async throws {
        let probe = try await ProbeFleet()
        try probe.folder.write([
            "helm-charts/probe/templates/refusing.yaml":
                "{{ if not (hasPrefix \"canary\" .Values.api.token) }}{{ fail \"no\" }}{{ end }}\n",
            ProbeFleet.valuesFile: ProbeFleet.values.replacing("limit: 1G", with: "limit: 2G"),
        ])
        let differences = try await probe.diff()
        #expect(paths(differences, "Secret hub").contains("data[\"values.yaml\"]:memory.limit"))
        #expect(Canaries.found(in: "\(differences)") == [])
        #expect(try Canaries.found(below: probe.cache.path) == [])
    }

    @Test func saysEqualChangesOnce() async throws {
        let probe = try await ProbeFleet()
        try probe.folder.write([
            ProbeFleet.valuesFile: ProbeFleet.values.replacing("limit: 1G", with: "limit: 2G"),
            ProbeFleet.secretsFile: ProbeFleet.sealed(ProbeFleet.secrets.replacing("canary-0001", with: "canary-0991")),
        ])
        let summary = DifferenceSummary(try await probe.diff())
        #expect(summary.rows.allSatisfy { $0.releases == ["earth/prod", "earth/staging"] })
        #expect(summary.rows.allSatisfy { $0.clusters == ["earth"] })
        let changes = summary.rows.filter { $0.object == "Secret hub" }.map(\.change)
        #expect(
            changes == [
                .field(
                    path: "data.address", before: "postgres://hub:•••@db.example.org/hub",
                    after: "postgres://hub:•••@db.example.org/hub"),
                .field(path: "data[\"values.yaml\"]:db.password", before: "•••", after: "•••"),
                .field(path: "data[\"values.yaml\"]:memory.limit", before: "1G", after: "2G"),
            ])
    }

    @Test func handsHelmTheNullsOfLayers() async throws {
        for helm in ["helm", "helm3"] {
            let probe = try await ProbeFleet(helm: helm)
            try probe.folder.write([ProbeFleet.valuesFile: ProbeFleet.values + "unset: {gone: null}\n"])
            let object = object(try await probe.diff(), "Secret hub")
            #expect(object?.fields.map(\.path) == ["data[\"values.yaml\"]:unset.gone"])
            #expect(object?.fields.first?.before?.shown == "2")
            #expect(object?.fields.first?.after == nil)
        }
    }

    @Test func aLinkThatLeadsOutIsNotFollowed() async throws {
        let probe = try await ProbeFleet()
        let outside = try TemporaryFolder().write(["secret": "canary-0999-secret\n"])
        try FileManager.default.createSymbolicLink(
            atPath: probe.folder.path + "/helm-charts/probe/leak.txt", withDestinationPath: outside.path + "/secret")
        try probe.folder.write([
            "helm-charts/probe/templates/leak.yaml":
                "kind: ConfigMap\napiVersion: v1\nmetadata: {name: leak}\ndata: {x: {{ .Files.Get \"leak.txt\" | quote }}}\n"
        ])
        for difference in try await probe.diff() {
            guard case .failed(let reason) = difference.outcome else {
                Issue.record("\(difference.outcome)")
                continue
            }
            #expect(reason.contains("helm-charts/probe/leak.txt is a link that leads out"))
        }
    }
}
