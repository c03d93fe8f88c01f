import FleetModel
import FleetTesting
import Testing
import Texts

/// Which fields are kept of a release that was rendered several times, and how.
@Suite(.tags(.small))
struct RenderingsTests {
    private let sealing = Renderings.Sealing(seal: { "sealed \($0.utf8.count)" }, tells: { $0.contains("canary") })

    private func sheets(_ real: String, _ again: String? = nil, varied: String? = nil) throws -> [ObjectSheet] {
        func objects(_ text: String) throws -> [KubernetesObject] {
            try Manifest.objects(Array(text.utf8), namespace: "prod")
        }
        let other = try varied.map { Renderings.Varied.rendered(try objects($0)) } ?? .withoutSecrets
        return Renderings(real: try objects(real), again: try objects(again ?? real), varied: other).sheets(sealing)
    }

    private func map(_ data: String, name: String = "map") -> String {
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name)}\ndata: \(data)\n"
    }

    private func shown(_ sheets: [ObjectSheet]) -> [String] {
        sheets.flatMap(\.fields).filter { $0.path.hasPrefix("data") && $0.kind != .form }
            .map { "\($0.path) = \($0.shown)" }
    }

    @Test func plainFieldsShowAll() throws {
        #expect(
            shown(try sheets(map("{a: text, b: 'yes', c: '1', d: {}, \"e.f\": [x, z], g: [{name: m, v: 1}]}"))) == [
                "data.a = text", "data.b = \"yes\"", "data.c = \"1\"", "data.d = {}", "data[\"e.f\"][\"x\"] = x",
                "data[\"e.f\"][\"z\"] = z", "data[\"e.f\"] = \"x\", \"z\"", "data.g[name=m].name = m",
                "data.g[name=m].v = 1",
            ])
    }

    @Test func chanceHasNoSeal() throws {
        let fields = try sheets(map("{a: x1, b: 'u:x1@h'}"), map("{a: y2, b: 'u:y2@h'}")).flatMap(\.fields)
        #expect(fields.filter { $0.kind == .random }.map(\.shown) == ["~", "u:~@h"])
        #expect(fields.allSatisfy { $0.seal.isEmpty })
        // A key that is another one each time.
        #expect(shown(try sheets(map("{k1: a, x: b}"), map("{k2: a, x: b}"))) == ["data[~1] = ~", "data.x = b"])
        // An object, too.
        let names = try sheets(map("{a: b}", name: "job-aaaa"), map("{a: b}", name: "job-bbbb")).map(\.identity.name)
        #expect(names == ["~"])
    }

    @Test func secretsHaveASealAndNoName() throws {
        let real = map("{a: 'u:canary@h', canary: x, list: [canary, b], items: [{name: canary, v: 1}], flag: true}")
        let other = map("{a: 'u:dbobsz@h', dbobsz: x, list: [dbobsz, b], items: [{name: dbobsz, v: 1}], flag: false}")
        let sheets = try sheets(real, varied: other)
        #expect(!"\(sheets)".contains("canary"))
        #expect(
            shown(sheets) == [
                "data.a = u:•••@h", "data[•••1] = •••", "data.list[0] = •••", "data.list[1] = b",
                "data.items[0].name = •••", "data.items[0].v = 1", "data.flag = •••",
            ])
        #expect(sheets[0].fields.first { $0.path == "data.a" }?.seal == "sealed 10")
    }

    @Test func whatOnlyASecretMakesIsHidden() throws {
        let real = "\(map("{a: b}", name: "one"))---\n\(map("{a: canary}", name: "canary-name"))"
        let sheets = try sheets(real, varied: map("{a: b}", name: "one"))
        #expect(!"\(sheets)".contains("canary"))
        #expect(sheets.map(\.identity.name) == ["one", "•••"])
        #expect(shown(sheets) == ["data.a = b", "data.a = •••"])
    }

    @Test func treesInTextsAreTreesAndTheirFormCounts() throws {
        let fields = try sheets(
            map("{a.yaml: \"# c\\nx: {z: 1}\\n\", b: '{\"k\": [1]}', c.py: \"try:\\n  x: y\\n\", d: 'a: b'}")
        ).flatMap(\.fields).filter { $0.path.hasPrefix("data") }
        #expect(
            fields.map { "\($0.kind) \($0.path) \($0.shown)" } == [
                "plain data[\"a.yaml\"]:x.z 1", "form data[\"a.yaml\"] ", "plain data.b:k[0] 1", "form data.b ",
                "plain data[\"c.py\"] try:\n  x: y\n", "plain data.d a: b",
            ])
    }

    @Test func secretsAreReadAsText() throws {
        let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: aGVsbG8=, b: /w==, c.yaml: eDogMQo=}\n"
        #expect(shown(try sheets(text)) == ["data.a = hello", "data.b = /w==", "data[\"c.yaml\"]:x = 1"])
    }

    @Test func objectsNameWhatTheyRead() throws {
        let text = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: d}
            spec:
              template:
                spec:
                  volumes:
                    - {name: a, secret: {secretName: whole}}
                    - {name: b, configMap: {name: part, items: [{key: k, path: p}]}}
                  containers:
                    - name: c
                      envFrom: [{configMapRef: {name: all}}]
                      env: [{name: E, valueFrom: {secretKeyRef: {name: one, key: token}}}]

            """
        #expect(
            try sheets(text)[0].references == [
                ObjectReference(name: "ConfigMap all", key: nil), ObjectReference(name: "ConfigMap part", key: "k"),
                ObjectReference(name: "Secret one", key: "token"), ObjectReference(name: "Secret whole", key: nil),
            ])
    }
}
