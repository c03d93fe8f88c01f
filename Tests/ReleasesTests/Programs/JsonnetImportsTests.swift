import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Testing

@testable import Releases

@Suite(.tags(.small))
struct JsonnetImportsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let code: String
        let found: [String]
        var testDescription: String { code }

        init(_ code: String, _ found: String...) {
            (self.code, self.found) = (code, found)
        }
    }

    @Test(arguments: [
        Case("import 'a'", "1:8 a"), Case("{\n  x: importstr \"b/c\",\n}", "2:16 b/c"), Case("importbin 'd'", "1:11 d"),
        Case("(import 'a') + import \"b\"", "1:9 a", "1:23 b"), Case("import'a'", "1:7 a"),
        Case("[import\n\t'a']", "2:2 a"),
        Case("import /* 'x' */ // \"y\n # z'\n 'a'", "3:2 a"), Case("import @'a''b'", "1:8 a'b"),
        Case("import @\"a\\b\"", "1:8 a\\b"), Case("import 'a\\'b'", "1:8 a'b"),
        Case("import '\\u002e\\u002E/a'", "1:8 ../a"),
        Case("import '\\uD83D\\uDE00'", "1:8 \u{1F600}"), Case("import 'a' + 'b'", "1:8 a"),
        Case("'it' + \"import 'x'\" + import 'a'", "1:30 a"), Case("@'\\' + import 'a'", "1:15 a"),
        Case("{ a: |||\n    import 'x' ||| '\n\n    |||\n  |||, b: import 'a' }", "5:18 a"),
        Case("{ a: |||-\n  x\n|||, b: import 'a' }", "3:16 a"), Case("1import 'a'", "1:9 a"),
        Case("import importstr 'a'", "1:18 a"), Case("import ||| x", ""), Case("x - -/*'*/import 'a'", "1:18 a"),
    ])
    func findsWhatIsImported(_ it: Case) {
        let found = JsonnetImports.find(in: Array(it.code.utf8)).map { "\($0.line):\($0.column) \($0.path)" }
        #expect(found == (it.found == [""] ? found.filter { $0.hasSuffix(" ") } : it.found))
    }

    @Test(arguments: [
        "# import 'a'", "// import 'a'", "/* import 'a' */", "'import \"a\"'", "\"import 'a'\"", "@'import ''a'",
        "important 'a'",
        "xs.import_ 'a'", "an_import 'a'", "|||\n  import 'a'\n|||", "import ('a')", "import a", "import", "importstr",
        "", "/*",
        "'", "@'", "|||", "|||\n  x", "'\\", "'\\u00",
    ])
    func findsNothingElse(_ code: String) {
        #expect(JsonnetImports.find(in: Array(code.utf8)) == [])
    }

    @Test func onlyWhatIsJsonnetIsLookedThrough() {
        let code = "[import 'a', importstr 'b', importbin 'c']"
        #expect(JsonnetImports.find(in: Array(code.utf8)).map(\.isCode) == [true, false, false])
    }
}

/// All files that the real jsonnet opens are found before it runs.
@Suite(.tags(.large), .needs("jsonnet"), .needs("strace"))
struct JsonnetOpensTests {
    private static let pieces = [
        "import '%'", "importstr \"%\"", "importbin @'%'", "'it''s'", "@'it''s'", "\"#\"", "'\\''", "# '\n", "// \"\n",
        "/* ' */",
        "|||\n    '\n  |||", "|||\n  import 'x'\n\n  \"\n|||", "+", "1", "{}", "[]", "error 'x'", "std.length", "(",
        ")",
        "importstr '\\u0066%'",
    ]

    @Test func findsAllThatJsonnetOpens() async throws {
        var random = RandomRun.numbers(20_261_203)
        let runner = try RealThings.runner()
        let jsonnet = try #require(RealThings.program("jsonnet"))
        let folder = try TemporaryFolder()
        for name in ["f0", "f1", "f2", "f3", "ff0"] { try folder.write([name: "1"]) }
        for _ in 0..<RandomRun.rounds(60) {
            let parts = (0..<Int.random(in: 1...4, using: &random)).compactMap { _ -> String? in
                let number = Int.random(in: 0...3, using: &random)
                return Self.pieces.randomElement(using: &random)?.replacing("%", with: "f\(number)")
            }
            let code = "[" + parts.joined(separator: Bool.random(using: &random) ? "," : " ") + "]"
            try folder.write(["main.jsonnet": code])
            let output = try await runner.run(
                Invocation(
                    "strace", ["-f", "-qq", "-e", "trace=openat", jsonnet, "main.jsonnet"],
                    workingDirectory: folder.path))
            let opened = output.standardError.split(separator: "\n").compactMap { line in
                line.split(separator: "\"").dropFirst().first.map(String.init)
            }.filter { $0.hasPrefix("f") || $0.hasPrefix("./f") }
            let found = JsonnetImports.find(in: Array(code.utf8)).map(\.path)
            for name in opened { #expect(found.contains(name.replacing("./", with: "")), "\(name) in \(code)") }
        }
    }
}
