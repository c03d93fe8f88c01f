import FleetModel
import FleetTesting
import Foundation
import Testing
import Texts

@Suite(.tags(.small))
struct ProvenanceTests {
    private func values() throws -> EffectiveValues {
        func tree(_ text: String, _ file: String) throws -> Value {
            try #require(YAMLReader.read(text, file: file).root)
        }
        let secret = YAMLReader.read(Array("a: {token: canary-1}\n".utf8), file: "enc.yaml", hidesScalars: true)
        return EffectiveValues.sample(layers: [
            Layer(
                kind: .chart, file: "chart.yaml", values: try tree("a: {x: 1, w: 1, z: {}}\nl: [1, 2]\n", "chart.yaml")),
            Layer(kind: .file, file: "common.yaml", values: try tree("a: {x: 2, \"k.d\": 5}\nl: [3]\n", "common.yaml")),
            Layer(kind: .file, file: "hub.yaml", values: try tree("a: {x: 3, w: null}\nl: [4]\n", "hub.yaml")),
            Layer(kind: .encrypted, file: "enc.yaml", values: try #require(secret.root)),
        ])
    }

    @Test func tellsWhoWinsAndWhoIsReplaced() throws {
        let provenance = try #require(try values().provenance(of: ValuePath([.key("a"), .key("x")])))
        #expect(provenance.value?.integer == 3)
        #expect(
            provenance.statements.map(\.value.location.description) == [
                "hub.yaml:1:8", "common.yaml:1:8", "chart.yaml:1:8",
            ])
        #expect(provenance.parts.isEmpty)
    }

    @Test func tellsThePlaceOfEachPart() throws {
        let provenance = try #require(try values().provenance(of: ValuePath([.key("a")])))
        let parts = provenance.parts.map { "\($0.path) \($0.value.oneLine()) \($0.value.location)" }
        #expect(
            parts == [
                "a.x 3 hub.yaml:1:8", "a.z {} chart.yaml:1:20", "a[\"k.d\"] 5 common.yaml:1:18",
                "a.token ••• enc.yaml:1:12",
            ])
    }

    @Test func tellsThatAGlobalComesFromTheChartAbove() throws {
        func tree(_ text: String, _ file: String) throws -> Value {
            try #require(YAMLReader.read(text, file: file).root)
        }
        let below = Chart(key: "below", file: "below.yaml", values: try tree("global: {g: 1}", "below.yaml"))
        let chart = Chart(
            key: "chart", file: "chart.yaml", values: try tree("global: {g: 2}", "chart.yaml"),
            dependencies: [Chart.Dependency(below)])
        let given = Layer(kind: .file, file: "hub.yaml", values: try tree("global: {g: 3}", "hub.yaml"))
        let values = EffectiveValues(chart: chart, given: [given])
        let path = try #require(ValuePath("below.global.g"))
        let provenance = try #require(values.provenance(of: path))
        #expect(provenance.value?.integer == 3)
        #expect(provenance.statements.map(\.value.location.file) == ["hub.yaml", "chart.yaml", "below.yaml"])
    }

    @Test func tellsThatANullRemovedIt() throws {
        let provenance = try #require(try values().provenance(of: ValuePath([.key("a"), .key("w")])))
        #expect(provenance.value == nil)
        #expect(provenance.statements.map(\.layer) == [.file, .chart])
        #expect(try values().provenance(of: ValuePath([.key("none")])) == nil)
    }

    @Test func listsValuesThatALaterFileReplaces() throws {
        let unused = try values().unused
        #expect(unused.map { "\($0.path) \($0.replacedBy)" } == ["a.x hub.yaml:1:8", "l hub.yaml:2:4"])
        #expect(unused.map(\.value.location.description) == ["common.yaml:1:8", "common.yaml:2:4"])
    }

    @Test(
        arguments: [
            ("a", [.key("a")]), ("a.b", [.key("a"), .key("b")]), ("a[0].b", [.key("a"), .index(0), .key("b")]),
            ("a[\"x.y/z\"][12]", [.key("a"), .key("x.y/z"), .index(12)]), ("[\"\"].a", [.key(""), .key("a")]),
        ] as [(String, [ValuePath.Step])])
    func readsAndWritesPaths(_ text: String, steps: [ValuePath.Step]) {
        #expect(ValuePath(text)?.steps == steps)
        #expect(ValuePath(steps).description == text)
    }

    @Test(arguments: ["", ".", "a.", ".a", "a..b", "a[", "a[x]", "a[-1]", "a[\"x"])
    func refusesWhatIsNoPath(_ text: String) {
        #expect(ValuePath(text) == nil)
    }

    /// What is written is read back as the same content.
    @Test func writtenYAMLReadsBack() throws {
        let text = """
            strings: [yes, "yes", "1", "~", "0777", "1e3", "2024-01-01", "a: b", " x ", "", "#c", "ünï", "<<", "*x", "- x", "0x1F", ".5"]
            numbers: [1, -5, 1.5, 18446744073709551615, 0x10, 1e20, .inf, -.inf]
            "yes": true
            multi: "one\\ntwo\\n"
            odd: "tab\\tend\\n  indented"
            empty: {m: {}, l: [], n: null}
            """
        let value = try #require(YAMLReader.read(text, file: "f").root)
        let written = try YAMLWriter.text(value)
        let document = YAMLReader.read(written, file: "f")
        #expect(document.findings == [])
        #expect(document.root?.oneLine() == value.oneLine(), "\(written)")
    }

    /// A mark of direction lets a value read as another one.
    @Test func writtenYAMLShowsWhatCannotBeSeen() throws {
        let texts = ["a\u{202E}b", "a\u{2066}\nb\n", "\u{E0041}x", "\u{200B}", "\u{85}\u{2028}", "plain ünï"]
        let text = String(decoding: try JSONEncoder().encode(["\u{202E}key": texts]), as: UTF8.self)
        let value = try #require(YAMLReader.read(text, file: "f").root)
        let written = try YAMLWriter.text(value)
        #expect(written.unicodeScalars.allSatisfy { $0.properties.generalCategory != .format })
        #expect(written.contains(#""a\u202Eb""#) && written.contains(#""\U000E0041x""#))
        #expect(written.contains("plain ünï"))
        #expect(YAMLReader.read(written, file: "f").root?.oneLine().exact == value.oneLine().exact, "\(written)")
    }

    @Test func writtenYAMLHidesSecrets() throws {
        let text = try YAMLWriter.text(try values().merged)
        #expect(text.contains("token: •••"))
        #expect(!text.contains("canary"))
    }
}
