import FleetModel
import FleetTesting
import Testing

@Suite(.tags(.small))
struct FileIdentityTests {
    /// Source: `printf 'hello\n' | git hash-object --stdin`, and the empty blob.
    @Test func isTheNameThatGitGivesABlob() {
        #expect(FileIdentity(of: Array("hello\n".utf8)).description == "ce013625030ba8dba906f756967f9e9ca394464a")
        #expect(FileIdentity(of: []).description == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
        #expect(FileIdentity(of: []) == FileIdentity(blob: "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"))
    }

    @Test(
        arguments: [
            ("", []), ("a/b", ["a", "b"]), ("./a//b/.", ["a", "b"]), ("..a/b..", ["..a", "b.."]), ("/a", nil),
            ("..", nil),
            ("a/../b", nil), ("a\0", nil), ("x\u{600}/../y", nil), ("../\u{301}y", nil), ("/\u{301}a", nil),
            ("x\u{600}/y", ["x\u{600}", "y"]),
        ] as [(String, [String]?)])
    func pathsStayBelowTheRoot(_ path: String, parts: [String]?) {
        #expect(FleetPath(path)?.parts == parts)
    }

    @Test func namesAreBytes() {
        #expect("\u{e9}" == "e\u{301}")
        #expect(FleetPath("\u{e9}") != FleetPath("e\u{301}"))
        #expect(Set([FleetPath("a//b/"), FleetPath("./a/b")]).count == 1)
    }

    @Test func addressesKeepLettersAndDigitsAlone() {
        #expect("aZ0-._~".percentEncoded == "aZ0-._~")
        #expect("a b/ü%\n".percentEncoded == "a%20b%2F%C3%BC%25%0A")
    }
}
