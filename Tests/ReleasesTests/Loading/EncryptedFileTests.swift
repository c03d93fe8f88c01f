import FleetModel
import FleetTesting
import Releases
import Testing

/// What is seen of encrypted files without a key.
@Suite(.tags(.small))
struct EncryptedFileTests {
    private static let marks = "sops: {age: [{recipient: age1abc}], mac: m, lastmodified: t, version: 3}\n"

    private func file(_ text: String) -> EncryptedFile {
        EncryptedFile(YAMLReader.read(Array(text.utf8), file: "enc.yaml", hidesScalars: true), file: "enc.yaml")
    }

    @Test func findsNothingInAWholeFile() {
        let text = "a: {b: \"ENC[x]\", empty: '', none: null, list: [\"ENC[y]\"], note_unencrypted: plain}\n"
        #expect(file(text + Self.marks).findings == [])
        #expect(file(text + Self.marks).isEncrypted)
    }

    @Test func namesEachReadableValueWithoutShowingIt() {
        let findings = file("a:\n  b: canary-1\n  c: [\"ENC[x]\", 12]\n" + Self.marks).findings
        #expect(
            findings.map { "\($0.location) \($0.rule)" } == [
                "enc.yaml:2:6 values/partly-plain", "enc.yaml:3:17 values/partly-plain",
            ])
        #expect(
            findings.map(\.message) == [
                "a.b is readable in this encrypted file", "a.c[1] is readable in this encrypted file",
            ])
    }

    @Test func leavesFilesAloneThatAreMeantToBeReadableInPart() {
        #expect(file("a: plain\n" + Self.marks.replacing("mac:", with: "encrypted_regex: ^data, mac:")).findings == [])
    }

    /// The settings that sops keeps in the file say for each value whether it seals it.
    @Test(arguments: [
        ("encrypted_regex: '^(secret|data)$'", ["k.secret"]), ("encrypted_regex: cret", ["k.secret", "k.secret_note"]),
        ("unencrypted_regex: '^k$'", ["top", "list[0]"]), ("encrypted_suffix: _note", ["k.secret_note"]),
        ("unencrypted_suffix: _note", ["k.secret", "k.plain", "top", "list[0]"]),
        ("unencrypted_regex: '('", []), ("encrypted_comment_regex: x", []),
    ])
    func findsWhatTheFilesOwnSettingsSeal(_ setting: String, _ sealed: [String]) {
        let text = "k:\n  secret: a1\n  secret_note: b2\n  plain: c3\ntop: d4\nlist: [e5]\n"
        let found = file(text + Self.marks.replacing("mac:", with: "\(setting), mac:"))
        #expect(
            found.findings.map(\.message).sorted()
                == sealed.map { "\($0) is readable in this encrypted file" }.sorted())
        let left = (found.open?.leaves() ?? []).map(\.path.description)
        let all = ["k.secret", "k.secret_note", "k.plain", "top", "list[0]"]
        let isKnown = !setting.contains("'('") && !setting.contains("comment")
        #expect(left.sorted() == (isKnown ? all.filter { !sealed.contains($0) }.sorted() : []))
    }

    @Test func saysThatMarksAreMissing() {
        let findings = file("a: ENC[x]\nsops: {version: 3}\n").findings
        #expect(findings.map(\.rule) == ["values/broken-encryption"])
        #expect(findings.first?.message.contains("mac, lastmodified missing") == true)
        #expect(file("a: canary-2\n").findings.map(\.rule) == ["values/not-encrypted"])
    }

    @Test func knowsFilesWithTheSameKeys() {
        let other = Self.marks.replacing("age1abc", with: "age1xyz")
        #expect(file("a: ENC[x]\n" + Self.marks).recipients == file("b: ENC[y]\n" + Self.marks).recipients)
        #expect(file(Self.marks).recipients != file(other).recipients)
    }

    @Test func findsCipherTextUnderAPlainName() {
        let root = YAMLReader.read("a: ENC[x]\n" + Self.marks, file: "prod.values.yaml").root
        #expect(EncryptedFile.findings(inPlain: root).map(\.rule) == ["values/encrypted-name"])
        #expect(EncryptedFile.findings(inPlain: YAMLReader.read("sops: {a: 1}", file: "f").root) == [])
    }
}
