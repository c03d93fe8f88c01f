import FleetTesting
import Testing
import Texts

@testable import FleetModel

@Suite(.tags(.small))
struct SettingTests {
    private func setting<Wrapped>(_ text: String, secret: String = "{}", as type: Wrapped.Type) throws -> Setting<
        Wrapped
    > {
        let root = try FactsSample.tree(text, "hub.yaml")
        return Setting(root["a"], path: ["a"])
    }

    /// Absent, clear and unreadable never look alike.
    @Test func whatIsNotThereIsNotWhatCannotBeRead() throws {
        let texts = ["{}", "{a: ~}", "{a: true}", "{a: \"true\"}", "{a: [true]}", "{a: \"\"}"]
        let settings = try texts.map { try setting($0, as: Bool.self) }
        #expect(settings.map(\.value) == [nil, nil, true, nil, nil, nil])
        #expect(settings.map(\.isUnreadable) == [false, false, false, true, true, true])
        #expect(settings.map(\.isSet) == [false, false, true, true, true, false])
        #expect(settings.map { $0.place?.column } == [nil, nil, 5, 5, 5, 5])
    }

    @Test func aSecretIsComparedAndNeverShown() throws {
        let root = try FactsSample.tree("{a: canary-0003, b: true}", "enc.secret.yaml", hides: true)
        let text = Setting<String>(root["a"], path: ["a"])
        let flag = Setting<Bool>(root["b"], path: ["b"])
        #expect(text.value == nil && text.isSecret && !text.isUnreadable && text.isSet)
        #expect(text.compared == "canary-0003")
        #expect(flag.isOn && !flag.isOff && flag.value == nil)
        #expect(!"\(text) \(String(reflecting: text))".contains("canary"))
    }

    @Test func aSecretThatCannotBeOpenedSaysSomething() throws {
        let root = try FactsSample.tree("{a: true}", "enc.secret.yaml", hides: true).locked
        let flag = Setting<Bool>(root["a"], path: ["a"])
        #expect(flag.isSet && flag.isSecret && !flag.isOn && !flag.isOff && !flag.isUnreadable)
    }

    @Test func numbersAreNotRounded() throws {
        #expect(try setting("{a: 5.5}", as: Int.self).isUnreadable)
        #expect(try setting("{a: 5}", as: Double.self).value == 5)
        #expect(try setting("{a: .inf}", as: Double.self).isUnreadable)
        #expect(try setting("{a: \"5\"}", as: Double.self).isUnreadable)
    }

    /// JupyterHub takes one name in place of a list, and does not start with a map.
    @Test(arguments: [
        ("[ada, 1001, \"\"]", ["ada", "1001"], false), ("ada", ["ada"], false), ("[]", [], false),
        ("{ada: true}", nil, true), ("~", nil, false),
    ])
    func namesAreAListOrOneName(_ text: String, names: [String]?, isUnreadable: Bool) throws {
        let list = try setting("{a: \(text)}", as: NameList.self)
        #expect(list.value?.names.map(\.value) == names)
        #expect(list.isUnreadable == isUnreadable)
    }
}
