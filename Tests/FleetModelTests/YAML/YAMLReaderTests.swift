import FleetModel
import FleetTesting
import Foundation
import Testing
import Texts

@Suite(.tags(.small))
struct YAMLReaderTests {
    private func read(_ text: String) -> YAMLReader.Document { YAMLReader.read(text, file: "f.yaml") }

    private func place(_ line: Int, _ column: Int) -> FleetModel.SourceLocation {
        SourceLocation(file: "f.yaml", line: line, column: column)
    }

    @Test func knowsThePlaceOfEveryKeyAndValue() throws {
        let root = try #require(read("a: 1\nb:\n  - x\n  - deep: 'ü: y'\n").root)
        #expect(root["a"]?.location == place(1, 4))
        #expect(root["b"]?.list?[0].location == place(3, 5))
        #expect(root["b"]?.list?[1]["deep"]?.location == place(4, 11))
        #expect(root["b"]?.list?[1].map?.entry("deep")?.keyLocation == place(4, 5))
        #expect(root["b"]?.list?[1]["deep"]?.string == "ü: y")
    }

    @Test func reportsDuplicateKeysWithBothPlaces() {
        let document = read("a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}\n")
        #expect(document.findings.map(\.location) == [place(3, 1), place(4, 11)])
        #expect(document.findings.map(\.related) == [[place(1, 1)], [place(4, 5)]])
        #expect(document.findings.allSatisfy { $0.rule == "yaml/duplicate-key" && $0.severity == .error })
    }

    @Test func expandsAnchorsAndMergeKeys() throws {
        let root = try #require(
            read("base: &b {p: 1, q: 2}\nplain: *b\nmerged:\n  <<: *b\n  q: 3\nlist:\n  <<: [{z: 1}, {z: 2, w: 3}]\n")
                .root)
        #expect(root["plain", "q"]?.integer == 2)
        #expect(root["merged", "p"]?.integer == 1)
        #expect(root["merged", "q"]?.integer == 3)
        #expect(root["merged", "p"]?.location == place(1, 14))
        #expect(root["list", "z"]?.integer == 1)
        #expect(root["list", "w"]?.integer == 3)
    }

    @Test func aMergeKeyReplacesWhatStandsBeforeIt() throws {
        let document = read("base: &b {p: 1}\nmerged:\n  p: 2\n  <<: *b\n")
        #expect(document.root?["merged", "p"]?.integer == 1)
        #expect(
            document.findings.map(\.description) == [
                "f.yaml:4:3: warning: `<<` replaces \"p\", because it stands behind it (see f.yaml:3:3); put `<<` first [yaml/merge-order]"
            ])
    }

    @Test(arguments: [
        ("a: *nothing\n", "yaml/unknown-alias", 1, 4), ("a: &x [*x]\n", "yaml/unknown-alias", 1, 8),
        ("a: [1, 2\nb: 3\n", "yaml/syntax", 2, 2), ("a: 'open\n", "yaml/syntax", 2, 1),
        ("a: 1\n b: 2\n", "yaml/syntax", 2, 3), ("\t a: 1\n", "yaml/syntax", 1, 1),
        ("? [a]\n: 1\n", "yaml/key-type", 1, 3),
        ("~: 1\n", "yaml/key-type", 1, 1), ("a: 1\n---\nb: 2\n", "yaml/several-documents", 2, 1),
        ("<<: 5\n", "yaml/merge-key", 1, 5),
    ])
    func reports(_ text: String, rule: String, line: Int, column: Int) throws {
        let finding = try #require(read(text).findings.first)
        #expect(finding.rule == rule)
        #expect(finding.location == place(line, column), "\(finding)")
    }

    @Test func findsBytesThatAreNoText() throws {
        let document = YAMLReader.read([0x61, 0x3A, 0x20, 0x31, 0x0A, 0x62, 0xFF, 0x0A] as [UInt8], file: "f.yaml")
        let finding = try #require(document.findings.first)
        #expect(finding.location == place(2, 2))
        #expect(finding.message.contains("UTF-8"))
    }

    @Test func refusesTreesThatAreTooDeepOrMultiplyThemselves() {
        #expect(read(String(repeating: "[", count: 500)).findings.first?.rule == "yaml/too-deep")
        let layers = (1...20).map {
            "a\($0): &a\($0) [\(Array(repeating: "*a\($0 - 1)", count: 9).joined(separator: ", "))]"
        }
        let bomb = "a0: &a0 [x]\n" + layers.joined(separator: "\n")
        #expect(read(bomb).findings.first?.rule == "yaml/too-large")
    }

    /// What Helm reads, from go-yaml v2's resolver.
    @Test(
        arguments: [
            ("yes", .bool(true)), ("On", .bool(true)), ("y", .bool(true)), ("NO", .bool(false)), ("off", .bool(false)),
            ("true", .bool(true)), ("yEs", .string("yEs")), ("~", .null), ("", .null), ("null", .null),
            ("nULL", .string("nULL")),
            ("0777", .integer(511)), ("0o17", .integer(15)), ("0x1F", .integer(31)), ("0b101", .integer(5)),
            ("1_000", .integer(1000)), ("-12", .integer(-12)), ("+5", .integer(5)), ("089", .float(89)),
            ("0", .integer(0)),
            ("9223372036854775808", .unsigned(9_223_372_036_854_775_808)), ("-9223372036854775808", .integer(.min)),
            ("99999999999999999999", .float(1e20)), ("1.5", .float(1.5)), (".5", .float(0.5)), ("1e3", .float(1000)),
            ("1.", .float(1)), ("1e", .string("1e")), (".", .string(".")), ("1.2.3", .string("1.2.3")),
            ("2024-03-18", .string("2024-03-18")), ("12:30", .string("12:30")), (".inf", .float(.infinity)),
            ("-.INF", .float(-.infinity)), ("0x", .string("0x")), ("--1", .string("--1")), ("1e999", .string("1e999")),
        ] as [(String, Value.Content)])
    func readsPlainScalarsAsHelmDoes(_ text: String, content: Value.Content) throws {
        #expect(try #require(read("v: \(text)\n").root)["v"]?.content == content)
    }

    @Test func quotesAndTagsDecideOverForm() throws {
        let root = try #require(
            read("a: 'yes'\nb: !!str 12\nc: \"~\"\nd: !!int '7'\ne: |\n  12\nf: !!binary aGk=\ng: !custom 5\n").root)
        #expect(root["a"]?.string == "yes")
        #expect(root["b"]?.string == "12")
        #expect(root["c"]?.string == "~")
        #expect(root["d"]?.integer == 7)
        #expect(root["e"]?.string == "12\n")
        #expect(root["f"]?.string == "hi")
        #expect(root["g"]?.string == "5")
    }

    @Test func turnsKeysIntoText() throws {
        let root = try #require(read("1: a\ntrue: b\n0x10: c\n1.5: d\n").root)
        #expect(root.map.map { Array($0.keys) } == ["1", "true", "16", "1.5"])
    }

    @Test func hidesScalarsOfSecretFiles() throws {
        let document = YAMLReader.read(
            Array("a: canary-0001-secret\nb: [1, yes]\nc:\n".utf8), file: "f", hidesScalars: true)
        let root = try #require(document.root)
        #expect(root["a"]?.string == nil)
        #expect("\(root)" == "\(root)" && !"\(root)".contains("canary"))
        var dumped = ""
        dump(root, to: &dumped)
        #expect(!dumped.contains("canary"))
        guard case .secret(let secret)? = root["a"]?.content else { throw UnexpectedContent() }
        #expect(secret.reveal() == .string("canary-0001-secret"))
        #expect(root["c"]?.isNull == true)
    }

    private struct UnexpectedContent: Error {}
}
