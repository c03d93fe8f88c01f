import FleetModel
import FleetTesting
import Rollout
import Testing

/// Two renderings of one release, field by field.
@Suite(.tags(.small))
struct SheetComparisonTests {
    private let sealing = Renderings.Sealing(seal: { $0 }, tells: { _ in false })

    private func sheets(_ texts: [String], again: [String]? = nil) throws -> [ObjectSheet] {
        func objects(_ texts: [String]) throws -> [KubernetesObject] {
            try Manifest.objects(Array(texts.joined(separator: "\n---\n").utf8), namespace: "prod")
        }
        return Renderings(real: try objects(texts), again: try objects(again ?? texts), varied: .withoutSecrets)
            .sheets(sealing)
    }

    private func differences(_ before: [String], _ after: [String]) throws -> [ObjectDifference] {
        SheetComparison.differences(try sheets(before), try sheets(after))
    }

    private func map(_ data: String, name: String = "map") -> String {
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name)}\ndata: \(data)"
    }

    private func pod(_ containers: String, annotations: String = "{}", more: String = "") -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: pod}
        spec: {template: {metadata: {annotations: \(annotations)}, spec: {containers: \(containers)\(more)}}}
        """
    }

    @Test func itemsAreToldByTheirNames() throws {
        let one = "[{name: a, image: x, env: [{name: P, value: 1}]}]"
        let two = "[{name: new, image: z}, {name: a, image: x, env: [{name: O, value: 2}, {name: P, value: 1}]}]"
        let difference = try #require(try differences([pod(one)], [pod(two)]).first)
        #expect(
            difference.fields.map(\.path) == [
                "spec.template.spec.containers[name=a].env[name=O].name",
                "spec.template.spec.containers[name=a].env[name=O].value",
                "spec.template.spec.containers[name=new].image", "spec.template.spec.containers[name=new].name",
            ])
        #expect(difference.fields.allSatisfy { $0.before == nil })
        // Another order of the same items is said as such.
        let turned = try #require(
            try differences([map("{x: [{name: a}, {name: b}]}")], [map("{x: [{name: b}, {name: a}]}")]).first)
        #expect(turned.fields.map(\.path) == ["data.x"])
        #expect(turned.fields.first?.after?.kind == .order)
    }

    @Test func typesAndVersionsCount() throws {
        #expect(try differences([map("{a: 1}")], [map("{a: '1'}")]).first?.fields.first?.after?.shown == "\"1\"")
        let changed = try differences([map("{}")], [map("{}").replacing("v1", with: "v2")])
        #expect(changed.first?.fields.map(\.path) == ["apiVersion"])
        #expect(try differences([map("{b: 1, a: 2}")], [map("{a: 2, b: 1}")]) == [])
    }

    @Test func commentsOfATreeAreSaidAlone() throws {
        let one = map("{a.yaml: \"x: 1\\n\"}")
        let fields = try differences([one], [map("{a.yaml: \"# c\\nx: 1\\n\"}")]).first?.fields
        #expect(fields?.map(\.isFormAlone) == [true])
        let both = try differences([one], [map("{a.yaml: \"# c\\nx: 2\\n\"}")]).first?.fields
        #expect(both?.map(\.path) == ["data[\"a.yaml\"]:x"])
    }

    @Test func linesOfPythonSayWhereTheyStand() throws {
        let one = "def start(x):\n    if x:\n        return 1\n\n\nclass A:\n    b = 1\n"
        let two = one.replacing("return 1", with: "return 2").replacing("b = 1", with: "b = 1\n    c = 2")
        func text(_ code: String) -> String { map("{a.py: \(code.debugDescription)}") }
        let lines = try differences([text(one)], [text(two)]).first?.fields.first?.lines ?? []
        #expect(lines.map(\.within) == ["start", "start", "A"])
        #expect(lines.map(\.number) == [3, 3, 8])
        #expect(lines.map(\.isNew) == [false, true, true])
    }

    @Test func sumsSayBecauseOfWhat() throws {
        let reads = ", volumes: [{name: v, configMap: {name: map}}]"
        func pod(_ sum: String, _ more: String = "") -> String {
            self.pod("[{name: c}]", annotations: "{checksum/map: \(sum)}", more: more)
        }
        let changed = try differences([map("{a: 1}"), pod("aa", reads)], [map("{a: 2}"), pod("bb", reads)])
        #expect(changed.map(\.because) == [[], ["ConfigMap map"]])
        #expect(changed.map(\.fields.count) == [1, 0])
        // What it does not read is no reason, and the sum itself is what differs.
        let alone = try differences([map("{a: 1}"), pod("aa")], [map("{a: 2}"), pod("bb")])
        #expect(alone.map(\.because) == [[], []])
        #expect(alone.map(\.fields.count) == [1, 1])
    }

    @Test func aKeyThatIsNotReadIsNoReason() throws {
        func pod(_ key: String) -> String {
            self.pod(
                "[{name: c, env: [{name: E, valueFrom: {configMapKeyRef: {name: map, key: \(key)}}}]}]",
                annotations: "{checksum/map: aa}")
        }
        let before = map("{a: 1, a.b: 1}")
        let after = map("{a: 1, a.b: 2}")
        #expect(try differences([before, pod("a")], [after, pod("a")]).map(\.identity.name) == ["map"])
        #expect(try differences([before, pod("a.b")], [after, pod("a.b")]).map(\.identity.name) == ["map", "pod"])
    }

    @Test func whatChanceMakesIsTheSame() throws {
        let before = try sheets([map("{a: x1, b: 1}")], again: [map("{a: y2, b: 1}")])
        let after = try sheets([map("{a: z3, b: 1}")], again: [map("{a: w4, b: 1}")])
        #expect(SheetComparison.differences(before, after) == [])
        let fixed = try sheets([map("{a: z3, b: 1}")])
        #expect(SheetComparison.differences(before, fixed).first?.fields.map(\.path) == ["data.a"])
    }

    @Test func objectsComeAndGo() throws {
        let differences = try differences([map("{a: 1}", name: "old")], [map("{a: 1}", name: "new")])
        #expect(differences.map(\.change) == [.added, .removed])
        #expect(differences.map(\.identity.name) == ["new", "old"])
        #expect(differences[0].fields.contains { $0.path == "data.a" && $0.before == nil })
    }
}
