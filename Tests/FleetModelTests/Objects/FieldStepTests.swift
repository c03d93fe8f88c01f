import FleetModel
import FleetTesting
import Testing
import Texts

/// Paths of fields, read again.
@Suite(.tags(.small))
struct FieldStepTests {
    @Test(
        arguments: [
            ("data.a", [.key("data"), .key("a")]), ("", []),
            ("spec.containers[name=hub].image", [.key("spec"), .key("containers"), .item("name=hub"), .key("image")]),
            ("rules[0].verbs[\"get\"]", [.key("rules"), .item("0"), .key("verbs"), .key("get")]),
            (
                "data[\"values.yaml\"]:hub.x", [.key("data"), .key("values.yaml"), .inside, .key("hub"), .key("x")]
            ),
            ("a[•••1].b[~2]", [.key("a"), .unnamed("•••1"), .key("b"), .unnamed("~2")]),
            ("a[host=]", [.key("a"), .item("host=")]), ("a[\"1\"]", [.key("a"), .key("1")]),
        ] as [(String, [FieldStep])])
    func areReadAgain(_ path: String, _ steps: [FieldStep]) {
        #expect(FieldPath.steps(path) == steps)
    }

    /// Whatever a key or a label is, it cannot pass for another one.
    @Test(arguments: [
        "a", "a.b", "a]b", "a\"b", "a[b", "]", "\"", "a\\", "a\nb", "\u{202E}", "a=b", "a:b", "é", "'", "\0",
    ])
    func oddNamesStayWhatTheyAre(_ name: String) throws {
        let quoted = JSONWriter.text(Value(.string(name), at: SourceLocation(file: "")))
        let text = """
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"},
             "data": {\(quoted): {"x": "1"}, "list": [{"name": \(quoted), "x": "2"}, {"name": "other", "x": "3"}]}}
            """
        let objects = try Manifest.objects(Array(text.utf8), namespace: "prod")
        let sheet = try #require(
            Renderings(real: objects, again: objects, varied: .withoutSecrets).sheets(
                Renderings.Sealing(seal: { $0 }, tells: { _ in false })
            ).first)
        let steps = sheet.fields.map { FieldPath.steps($0.path) }
        #expect(steps.contains([.key("data"), .key(name.exact), .key("x")]))
        #expect(steps.contains([.key("data"), .key("list"), .item("name=\(name)".exact), .key("x")]))
    }
}
