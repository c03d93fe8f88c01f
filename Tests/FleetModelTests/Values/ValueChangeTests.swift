import FleetModel
import FleetTesting
import Testing

@Suite(.tags(.small))
struct ValueChangeTests {
    private func tree(_ text: String, isSecret: Bool = false) -> Value? {
        YAMLReader.read(Array(text.utf8), file: "f", hidesScalars: isSecret).root
    }

    private func paths(_ before: String, _ after: String) -> [String] {
        Value.changes(from: tree(before), to: tree(after)).map(\.path.description)
    }

    @Test(arguments: [
        ("a: 1\nb: {c: x}\n", "# Other\nb:\n  c: 'x'\na: 1\n"), ("a: 1", "a: 1.0"), ("a: 1.0", "a: 1e0"),
        ("a: 18446744073709551615", "a: 18446744073709551615"), ("a: .nan", "a: .NaN"),
        ("a: [1, {b: 2}]", "a:\n- 1.0\n- b: 2"),
        ("a: yes", "a: true"), ("a: &x {b: 1}\nc: *x", "a: {b: 1}\nc: {b: 1}"), ("a: ~", "a: null"),
    ])
    func whatIsTheSameForHelmIsTheSame(_ before: String, _ after: String) {
        #expect(paths(before, after) == [])
    }

    @Test(arguments: [
        ("a: 1", "a: 2", ["a"]), ("a: 1", "a: '1'", ["a"]), ("a: 1", "a: true", ["a"]), ("a: 0", "a: -0.0", ["a"]),
        ("a: 9007199254740993", "a: 9007199254740992.0", ["a"]), ("a: null", "b: 1", ["a", "b"]),
        ("a: {b: 1, c: {d: 2}}", "{}", ["a.b", "a.c.d"]), ("{}", "a: {b: {}, c: []}", ["a.b", "a.c"]),
        ("a: {b: 1}", "a: 1", ["a"]), ("a: {}", "a: {b: 1}", ["a.b"]), ("a: []", "a: {}", ["a"]),
        ("a: [1, 2]", "a: [1, 3]", ["a[1]"]), ("a: [1, 2]", "a: [1]", ["a"]),
        ("a: [{b: 1}]", "a: [{c: 1}]", ["a[0].b", "a[0].c"]),
        ("\"\\u00e9\": 1", "\"e\\u0301\": 1", ["\u{E9}", "e\u{301}"]),
    ])
    func eachLeafThatDiffersIsNamed(_ before: String, _ after: String, _ expected: [String]) {
        let found = paths(before, after)
        #expect(found.elementsEqual(expected) { Array($0.utf8) == Array($1.utf8) }, "\(found)")
        #expect(paths(after, before).count == expected.count)
    }

    @Test func bothPlacesAreKept() throws {
        let change = try #require(Value.changes(from: tree("a:\n  b: 1\n"), to: tree("\na: {b: 2}\n")).first)
        #expect(change.before?.location.description == "f:2:6" && change.after?.location.description == "f:2:8")
    }

    @Test func secretsAreComparedByWhatTheyHide() {
        func changes(_ before: Value?, _ after: Value?) -> [Bool] {
            Value.changes(from: before, to: after).map(\.isSecret)
        }
        let one = tree("a: x\nb: 1\n", isSecret: true)
        #expect(changes(one, tree("a: x\nb: 1.0\n")) == [])
        #expect(changes(one, tree("a: y\nb: 1\n", isSecret: true)) == [true])
        #expect(changes(tree("a: x\nb: 2\n"), one) == [true])
        // Nobody knows what closed ones hide.
        #expect(changes(one?.locked, one?.locked) == [])
        #expect(changes(one?.locked, one) == [true, true])
    }
}
