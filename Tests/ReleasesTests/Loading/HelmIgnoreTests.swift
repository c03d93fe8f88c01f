import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Releases

/// What a `.helmignore` leaves out, compared with the real Helm.
@Suite(.tags(.large), .needs("helm"))
struct HelmIgnoreTests {
    private static let paths = [
        "one", "two.txt", "a/one", "a/b/one", "a/b/two.txt", "a/[x]", "b/c/d/e", ".dot", "a/.dot", "ab/one", "a/bc",
        "tmp/x",
        "x/tmp", "été/one", "a b/c d", "A/one", "-/x", "a\\b",
    ]
    private static let pieces = [
        "one", "two", "*", "?", "a", "b", "/", "/", ".", "[a-b]", "[^a]", "txt", "tmp", "\\[x\\]", "x", "c", " ", "é",
        "-",
    ]

    @Test func leavesOutWhatHelmLeavesOut() async throws {
        var random = RandomRun.numbers(20_261_201)
        let runner = try RealThings.runner()
        let helm = try #require(RealThings.program("helm"))
        let folder = try TemporaryFolder().write([
            "Chart.yaml": "apiVersion: v2\nname: x\nversion: 1.0.0\n",
            "templates/x.yaml": """
            {{- $list := list }}{{ range $path, $_ := .Files.Glob "**" }}{{ $list = append $list $path }}{{ end }}
            found: {{ $list | toJson | b64enc }}

            """,
        ])
        for path in Self.paths { try folder.write(["files/\(path)": ""]) }
        for _ in 0..<RandomRun.rounds(25) {
            let rules = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                let parts = (0..<Int.random(in: 1...4, using: &random)).compactMap { _ in
                    Self.pieces.randomElement(using: &random)
                }
                let rule = parts.joined().replacing("**", with: "*")
                let start = ["", "", "", "/", "files/", "!"].randomElement(using: &random) ?? ""
                return start + rule + (Int.random(in: 0..<5, using: &random) == 0 ? "/" : "")
            }
            let text = rules.joined(separator: "\n")
            try folder.write([".helmignore": text])
            let ignore = HelmIgnore(Array(text.utf8))
            let output = try await runner.run(Invocation(helm, ["template", folder.path]))
            guard !ignore.ignores("Chart.yaml", isFolder: false), !ignore.ignores("templates/x.yaml", isFolder: false),
                ignore.badLines.isEmpty
            else {
                #expect(output.status != 0 || !output.text.contains("found:"), "\(text)")
                continue
            }
            let encoded = output.text.split(separator: "found: ").last?.trimmingCharacters(in: .whitespacesAndNewlines)
            let data = try #require(Data(base64Encoded: encoded ?? ""), "\(output.standardError)")
            let theirs = try JSONDecoder().decode([String].self, from: data)
            let ours = Self.paths.map { "files/\($0)" }.filter { !ignore.ignores($0, isFolder: false) }
            let listed = theirs.filter { $0.hasPrefix("files/") }
            #expect(Set(listed.map(\.exact)) == Set(ours.map(\.exact)), "\(text)\n\(output.standardError)")
        }
    }
}
