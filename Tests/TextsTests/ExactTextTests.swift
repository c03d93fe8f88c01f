import FleetTesting
import Foundation
import Testing
import Texts

@Suite(.tags(.small))
struct ExactTextTests {
    @Test(arguments: NormalForms.all)
    func twoFormsOfANameAreTwo(_ names: NormalForms) {
        #expect(names.one == names.other, "the forms are one for String: else this says nothing")
        let (one, other) = (names.one.exact, names.other.exact)
        #expect(one != other && one == ExactText(names.one))
        #expect(Set([one, other, one]).count == 2)
        #expect((one < other) != (other < one))
        #expect(
            [names.other, names.one].sortedByBytes().map(\.exact)
                == [names.one, names.other].sortedByBytes().map(\.exact))
        #expect(Dictionary([(one, 1), (other, 2)]) { first, _ in first }.count == 2)
    }

    @Test(arguments: [("a", "b"), ("a", "ab"), ("Z", "a"), ("\u{FF5E}", "\u{10000}"), ("", "a")])
    func theOrderIsThatOfBytes(_ first: String, _ second: String) {
        #expect(first.exact < second.exact && !(second.exact < first.exact) && first.exact != second.exact)
    }

    /// A letter may join what stands before it into one character.
    @Test func partsAreFoundByBytes() throws {
        let path = "a/\u{301}b.zip\u{301}".exact
        #expect(path.split(at: "/") == ["a", "\u{301}b.zip\u{301}"])
        #expect(path.hasPrefix("a/") && !path.text.hasPrefix("a/"))
        #expect(path.without(prefix: "a/") == "\u{301}b.zip\u{301}")
        #expect("\u{600}.zip".exact.without(suffix: ".zip") == "\u{600}")
        #expect("a".exact.without(suffix: ".zip") == nil && "zip".exact.hasSuffix(".zip") == false)
        #expect("a!x=\u{301}b".exact.rest(behind: "!x=") == "\u{301}b")
        #expect("/a//".exact.split(at: "/") == ["", "a", "", ""])
    }

    @Test func itIsCodedAsPlainText() throws {
        let names: [ExactText: ExactText] = ["a": "b"]
        let data = try JSONEncoder().encode(names)
        #expect(String(decoding: data, as: UTF8.self) == #"{"a":"b"}"#)
        #expect(try JSONDecoder().decode([ExactText: ExactText].self, from: data) == names)
    }
}
