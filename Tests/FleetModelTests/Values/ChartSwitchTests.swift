import FleetModel
import FleetTesting
import Testing

/// Conditions and tags that switch sub-charts on and off, as Helm reads them.
@Suite(.tags(.small))
struct ChartSwitchTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let given: String
        let isOn: Bool
        var testDescription: String { given.isEmpty ? "nothing" : given }

        init(_ given: String, _ isOn: Bool) {
            (self.given, self.isOn) = (given, isOn)
        }
    }

    private func isOn(_ given: String, conditions: [String], tags: [String]) throws -> Bool {
        let values = try #require(YAMLReader.read("kept: 1\n" + given, file: "f.yaml").root)
        let below = Chart(
            key: "below", file: "below.yaml", values: YAMLReader.read("default: 1", file: "below.yaml").root)
        let chart = Chart(
            key: "top", dependencies: [Chart.Dependency(below, conditions: conditions, tags: tags)])
        let effective = EffectiveValues(chart: chart, given: [Layer(kind: .file, file: "f.yaml", values: values)])
        #expect(effective.declaredChart.dependencies.count == 1)
        // A chart that is off gives no defaults.
        let isThere = effective.merged["below", "default"] != nil
        #expect(effective.chart.dependencies.isEmpty == !isThere)
        return isThere
    }

    @Test(arguments: [
        Case("", true), Case("tags: {a: true}", true), Case("tags: {a: false}", false),
        Case("tags: {b: false}", false), Case("tags: {a: false, b: false}", false),
        // Tags that disagree: one that is true is enough.
        Case("tags: {a: true, b: false}", true), Case("tags: {a: false, b: true}", true),
        Case("tags: {other: false}", true), Case("tags: {a: 0}", true),
    ])
    func aTagThatIsTrueWins(_ it: Case) throws {
        #expect(try isOn(it.given, conditions: [], tags: ["a", "b"]) == it.isOn)
    }

    @Test(arguments: [
        Case("", true), Case("x: {enabled: false}", false), Case("x: {enabled: true}", true),
        Case("x: {enabled: true}\nz: {enabled: false}", true), Case("x: {enabled: false}\nz: {enabled: true}", false),
        Case("z: {enabled: false}", false), Case("x: {enabled: 1}\nz: {enabled: false}", false),
        // A condition counts before any tag.
        Case("x: {enabled: true}\ntags: {a: false}", true), Case("x: {enabled: false}\ntags: {a: true}", false),
        Case("tags: {a: false}", false),
    ])
    func theFirstConditionThatIsSetWins(_ it: Case) throws {
        #expect(try isOn(it.given, conditions: ["x.enabled", "z.enabled"], tags: ["a"]) == it.isOn)
    }
}
