import FleetModel
import FleetTesting
import Releases
import Testing
import Texts

@testable import Provisioning

/// Values of a release before and after.
@Suite(.tags(.small))
struct LostValuesTests {
    private func values(_ text: String) throws -> EffectiveValues {
        let path = "helm-charts/basehub/values.yaml"
        let own = try #require(YAMLReader.read(text, file: path).root)
        return EffectiveValues(chart: Chart(key: "basehub", file: path, values: own), given: [])
    }

    private func losses(_ old: String, _ new: String) throws -> [String] {
        LostValues(try values(old), try values(new), replacing: ["basehub"]).losses.map { loss in
            "\(loss.place.line):\(loss.place.column) \(loss.path): \(ValueText.short(loss.was)) → "
                + (loss.value.map(ValueText.short) ?? "nothing")
        }
    }

    @Test func namesWhatIsGoneAndWhatIsOther() throws {
        #expect(try losses("a: 1\nb: {c: true, d: [1]}\n", "a: 1\nb: {c: true, d: [1]}\nmore: 2\n") == [])
        #expect(
            try losses("a: 1\nb: {c: true}\n", "b: {c: false}\n") == ["1:4 a: 1 → nothing", "2:8 b.c: true → false"])
        #expect(
            try losses("a:\n  b: 1\n  c: {d: x}\n", "e: 1\n") == ["2:3 a: 2 values: b, c.d → nothing"],
            "a map that is gone counts once")
        #expect(try losses("a: {}\nb: []\nc: ''\n", "{}\n") == [], "nothing is lost with nothing")
        #expect(try losses("a: 1\n", "a: '1'\n") == ["1:4 a: 1 → \"1\""])
    }

    /// What a file of the fleet says arrives under its new name.
    @Test func knowsTheNewNames() throws {
        let old = "inClusterNFS: {enabled: true}\njupyterhub: {custom: {2i2c: {add_staff_user_ids_of_type: google}}}\n"
        let new = "homeStorageClass: {enabled: true}\njupyterhub: {custom: {staff: {idType: google}}}\n"
        #expect(try losses(old, new) == [])
        #expect(
            try losses(old, "homeStorageClass: {enabled: false}\njupyterhub: {custom: {staff: {idType: google}}}\n")
                == ["1:25 inClusterNFS.enabled: true → false"])
    }

    @Test func saysWhomAlertsReach() throws {
        func reached(_ text: String) throws -> [String] {
            let root = try #require(YAMLReader.read(text, file: "a.yaml").root)
            return AlertRoutes(root).receivers.keys.sorted().map(\.text)
        }
        let receivers = "receivers: [{name: a, slack_configs: [{}]}, {name: b, email_configs: [{}]}, {name: c}]"
        func alertmanager(_ rest: String) -> String { "prometheus: {alertmanager: {config: {\(receivers), \(rest)}}}" }
        #expect(try reached(alertmanager("route: {receiver: a}")) == ["a"])
        #expect(try reached(alertmanager("route: {receiver: c, routes: [{routes: [{receiver: b}]}]}")) == ["b"])
        #expect(try reached(alertmanager("route: {receiver: c}")) == [])
        #expect(try reached("alertmanager: {enabled: false, config: {\(receivers), route: {receiver: a}}}") == [])
        #expect(
            try reached("alertmanager: {config: {route: {receiver: a}, receivers: [{name: a, slack_configs: []}]}}")
                == [])
    }
}
