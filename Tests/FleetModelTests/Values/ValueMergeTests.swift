import FleetModel
import FleetTesting
import Testing
import Texts

@Suite(.tags(.small))
struct ValueMergeTests {
    private func value(_ text: String, _ file: String = "f.yaml") throws -> Value {
        try #require(YAMLReader.read(text, file: file).root)
    }

    private func effective(chart: String, _ files: String...) throws -> Value {
        var layers = [Layer(kind: .chart, file: "chart.yaml", values: try value(chart, "chart.yaml"))]
        for (index, text) in files.enumerated() {
            layers.append(Layer(kind: .file, file: "\(index).yaml", values: try value(text, "\(index).yaml")))
        }
        return EffectiveValues.sample(layers: layers).merged
    }

    @Test func mergesMapsDeeplyAndReplacesLists() throws {
        let merged = try effective(chart: "a: {b: 1, c: [1, 2]}", "a: {c: [3]}", "a: {d: 4}")
        #expect(merged["a", "b"]?.integer == 1)
        #expect(merged["a", "c"]?.list?.map(\.integer) == [3])
        #expect(merged["a", "d"]?.integer == 4)
    }

    @Test func everyLeafKnowsTheLayerThatSetIt() throws {
        let merged = try effective(chart: "a:\n  b: 1\n  c: 2\n", "a:\n  c: 3\n")
        #expect(merged["a", "b"]?.location.description == "chart.yaml:2:6")
        #expect(merged["a", "c"]?.location.description == "0.yaml:2:6")
        #expect(merged["a"]?.map?.entry("c")?.keyLocation.description == "0.yaml:2:3")
    }

    @Test func nullRemovesTheChartsDefault() throws {
        let merged = try effective(chart: "a: {b: 1, c: {d: 1}}\ne: 1", "a: {b: null, c: null}\ne: ~\nx: null\n")
        #expect(merged["a"]?.map?.isEmpty == true)
        #expect(merged.map.map { Array($0.keys) } == ["a", "x"])
        #expect(merged["x"]?.isNull == true)
    }

    @Test func aNullOverANullDefaultStaysBelowTheTop() throws {
        let merged = try effective(chart: "a: {b: null}\nc: null", "a: {b: null}\nc: null")
        #expect(merged["a", "b"]?.isNull == true)
        #expect(merged["c"] == nil)
    }

    @Test func laterFilesWinOverNullsOfEarlierOnes() throws {
        #expect(try effective(chart: "a: 1", "a: null", "a: 2")["a"]?.integer == 2)
        #expect(
            try effective(chart: "a: {b: 1}", "a: null", "a: {c: 2}")["a"]?.map.map { Array($0.keys) } == ["b", "c"])
    }

    @Test func aScalarReplacesAMapAndAMapAScalar() throws {
        #expect(try effective(chart: "a: {b: 1}", "a: 5")["a"]?.integer == 5)
        #expect(try effective(chart: "a: 5", "a: {b: 1}")["a", "b"]?.integer == 1)
    }

    @Test func readsLegacyNestingAsTheHubsOwnValues() throws {
        let basehub = Chart(
            key: "basehub", file: "b.yaml", values: try value("jupyterhub: {a: 1, b: 1}", "b.yaml"),
            dependencies: [Chart.Dependency(Chart(key: "jupyterhub"))])
        let nested = EffectiveValues(
            chart: Chart(key: "daskhub", dependencies: [Chart.Dependency(basehub)]),
            given: [Layer(kind: .file, file: "f.yaml", values: try value("basehub: {jupyterhub: {b: 2}}"))])
        #expect(nested.hubPath == ["basehub"])
        #expect(nested.layers.map(\.kind) == [.subchart, .file])
        #expect(nested.hubValues["jupyterhub", "a"]?.integer == 1)
        #expect(nested.hubValues["jupyterhub", "b"]?.integer == 2)
    }

    @Test func takesSecretsOutAndNamesThem() throws {
        let secret = try #require(
            YAMLReader.read(Array("k: {s: x, e: }\n".utf8), file: "enc.yaml", hidesScalars: true).root)
        let merged = Value.overlay(try value("k: {p: 1, l: [1]}"), with: secret)
        #expect(merged.containsSecret)
        let (clear, removed) = merged.removingSecrets()
        #expect(removed.map(\.path) == ["k.s"])
        #expect(removed.map(\.location.description) == ["enc.yaml:1:8"])
        #expect(clear?.containsSecret == false)
        #expect(clear?["k", "p"]?.integer == 1)
    }

    @Test func keepsThePlacesOfTheEncryptedFile() throws {
        let closed = try value("a:\n    b: ENC\n    c:\n        - ENC\n", "enc.yaml")
        let open = try value("a: {b: 1, c: [2]}\n", "open.yaml")
        let placed = open.withPlaces(of: closed)
        #expect(placed["a", "b"]?.location.description == "enc.yaml:2:8")
        #expect(placed["a", "c"]?.list?[0].location.description == "enc.yaml:4:11")
        #expect(placed["a", "b"]?.integer == 1)
    }
}
