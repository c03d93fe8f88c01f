import FleetTesting
import Testing
import Texts

@testable import FleetModel

/// Keys and names that are one for Unicode, everywhere that a fleet looks something up: they are two.
@Suite(.tags(.small))
struct NormalFormTests {
    private func tree(_ text: String, file: String = "f.yaml") throws -> Value {
        let document = YAMLReader.read(text, file: file)
        #expect(document.findings == [])
        return try #require(document.root)
    }

    @Test(arguments: NormalForms.all)
    func keysOfAMapAreTwo(_ names: NormalForms) throws {
        let value = try tree("\"\(names.one)\": 1\n\"\(names.other)\": 2\n")
        #expect(value[names.one]?.integer == 1 && value[names.other]?.integer == 2)
        #expect(value.map?.keys.count == 2)
        #expect(try tree("\(names.one)") != tree("\(names.other)"))
        let twice = YAMLReader.read("\(names.one): 1\n\(names.one): 2\n", file: "f.yaml")
        #expect(twice.findings.map(\.rule) == ["yaml/duplicate-key"])
        let text = JSONWriter.text(value)
        #expect(text.unicodeScalars.count { $0 == ":" } == 2)
        #expect(try tree(text).map?.keys.sorted() == [names.one.exact, names.other.exact].sorted())
        #expect(try tree(YAMLWriter.text(value)).map?.count == 2)
    }

    @Test(arguments: NormalForms.all)
    func layersAreMergedAsHelmDoes(_ names: NormalForms) throws {
        let chart = try tree("\(names.one): {x: 1}\n", file: "chart.yaml")
        let file = try tree("\(names.other): {z: 2}\n", file: "file.yaml")
        let values = EffectiveValues.sample(layers: [
            Layer(kind: .chart, file: "chart.yaml", values: chart), Layer(kind: .file, file: "file.yaml", values: file),
        ])
        #expect(values.merged[names.one, "x"]?.integer == 1 && values.merged[names.one, "z"] == nil)
        #expect(values.merged[names.other, "z"]?.integer == 2 && values.merged[names.other, "x"] == nil)
        let path = try #require(ValuePath("\(names.other).z"))
        #expect(values.provenance(of: path)?.value?.integer == 2)
        #expect(ValuePath([.key(names.one)]) != ValuePath([.key(names.other)]))
        #expect(values.unused.isEmpty)
    }

    @Test(arguments: NormalForms.all)
    func schemasTellKeysApart(_ names: NormalForms) throws {
        func rules(_ schema: String, _ value: String) throws -> [String] {
            JSONSchema(try tree(schema), file: "s.yaml").violations(in: try tree(value)).map(\.rule.rawValue)
        }
        let (one, other) = ("\"\(names.one)\"", "\"\(names.other)\"")
        #expect(try rules("required: [\(one)]", "\(other): 1") == ["missing-key"])
        #expect(try rules("properties: {\(one): true}\nadditionalProperties: false", "\(other): 1") == ["unknown-key"])
        #expect(try rules("enum: [\(one)]", other) == ["enum"])
        #expect(try rules("const: {\(one): 1}", "\(other): 1") == ["enum"])
        #expect(try rules("uniqueItems: true", "[\(one), \(other)]") == [])
        #expect(try rules("uniqueItems: true", "[{\(one): 1}, {\(other): 1}]") == [])
        #expect(try rules("propertyNames: {enum: [\(one)]}", "\(other): 1") == ["enum"])
        #expect(try rules("dependencies: {\(one): [x]}", "\(other): 1") == [])
        #expect(try rules("dependencies: {x: [\(one)]}", "{x: 1, \(other): 1}") == ["missing-key"])
        let references = "definitions: {\(one): {type: string}, \(other): {type: integer}}\n"
        #expect(try rules(references + "$ref: '#/definitions/\(names.other)'", "1") == [])
        #expect(try rules(references + "$ref: '#/definitions/\(names.one)'", "1") == ["type"])
    }

    @Test(arguments: NormalForms.all)
    func clustersAndHubsAreTwo(_ names: NormalForms) async throws {
        let folder = try SampleFleet.write(clusters: [:])
        for cluster in [names.one, names.other] {
            var text = "name: \(cluster)\nprovider: local\nhubs:\n"
            for hub in [names.one, names.other] {
                text += "  - {name: \(hub), helm_chart: basehub, helm_chart_values_files: [\(hub).yaml]}\n"
                try folder.write(["config/clusters/\(cluster)/\(hub).yaml": ""])
            }
            try folder.write(["config/clusters/\(cluster)/cluster.yaml": text])
        }
        let reading = try await FleetReader.read(WorkingTree(folder.path))
        let rules = Set(reading.findings.map(\.rule))
        #expect(rules == ["cluster/cluster-name", "cluster/hub-name"], "no name is there twice: \(reading.findings)")
        #expect(reading.fleet.clusters.count == 2)
        for name in [names.one, names.other] {
            #expect(reading.fleet.cluster(name)?.name.value.exact == name.exact)
            let chosen = try reading.fleet.selecting(["\(names.other)/\(name)"])
            #expect(chosen.flatMap(\.hubs).map(\.name.value.exact) == [name.exact])
            #expect(chosen.map(\.name.value.exact) == [names.other.exact])
        }
        let cluster = try #require(reading.fleet.cluster(names.one))
        #expect(reading.findings(of: cluster).allSatisfy { $0.location.file.exact.hasPrefix(cluster.folder.exact) })
        #expect(reading.findings(of: cluster).count < reading.findings.count)
    }

    @Test(arguments: NormalForms.all)
    func findingsAboutTwoNamesAreTwo(_ names: NormalForms) {
        let place = SourceLocation(file: "f")
        let (one, other) = (
            Finding(rule: "r", "about \(names.one)", at: place), Finding(rule: "r", "about \(names.other)", at: place)
        )
        #expect(one != other && Set([one, other]).count == 2)
        #expect(SourceLocation(file: names.one) != SourceLocation(file: names.other))
        #expect(FleetPath(names.one) != FleetPath(names.other))
    }

    /// A key may begin with a mark that joins the dot before it into one character.
    @Test(arguments: [["a", "\u{301}b"], ["\u{301}", "c"], ["a.b", "\u{301}[0]"], ["x\u{301}", "y"]])
    func pathsCanBeReadBack(_ keys: [String]) {
        let path = ValuePath(keys.map { .key($0) })
        #expect(ValuePath(path.description) == path)
    }

    @Test(arguments: ["a/b", "~", "~1", "~01", "/\u{301}", "~\u{301}0"])
    func pointersCanBeReadBack(_ key: String) throws {
        let schema = try tree("definitions: {\(key.debugDescription): {type: integer}, other: {type: string}}")
        let place = SchemaPlace(root: schema, document: "s", base: "file:///s")
        let below = try #require(place.below("definitions")?.below(key))
        let registry = SchemaRegistry(schema, file: "s", documents: [:])
        guard case .found(let found) = registry.resolve("#" + below.pointer, from: registry.root) else {
            Issue.record("\(below.pointer) leads nowhere")
            return
        }
        #expect(found.value["type"]?.string == "integer")
    }
}
