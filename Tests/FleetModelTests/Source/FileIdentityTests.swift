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
            ("a/../b", nil), ("a\0", nil),
        ] as [(String, [Substring]?)])
    func pathsStayBelowTheRoot(_ path: String, parts: [Substring]?) {
        #expect(FleetPath.parts(path) == parts)
    }

    @Test func addressesKeepLettersAndDigitsAlone() {
        #expect("aZ0-._~".percentEncoded == "aZ0-._~")
        #expect("a b/ü%\n".percentEncoded == "a%20b%2F%C3%BC%25%0A")
    }
}
