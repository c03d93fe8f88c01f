import FleetModel
import FleetTesting
import Foundation
import Releases
import Rollout
import Testing
import Texts

@testable import FleetCommands

/// Comments hold no markup, mention, link or command of others, whatever a fleet names its hubs, keys and files, and never
/// more than the platforms take.
@Suite(.tags(.medium))
struct CommentTextTests {
    /// What has a meaning in Markdown, HTML, to GitHub, to GitLab or to a terminal.
    private static let pieces = [
        "`", "``", "```", "\n", "\r\n", "\n\n", "|", "\\|", "\\", "\\`", "<b>", "</code>", "</summary>", "</details>",
        "<!-- hubfleet-plan -->", "-->", "<img src=x onerror=y>", "<script>", "@all", "@ada", "#1", "!1", "GH-1",
        "[x](https://example.org)", "![x](https://example.org/x.png)", "https://example.org", "www.example.org",
        "a@example.org", "*", "**x**", "_", "~~", "# x", "\n# x", "- x", "> x", "1. x", "\t", "    x", "---", "===",
        "/close", "\n/merge", "/approve", "$`x`$", "$$", ":tada:", "&lt;", "&#64;", "&amp;", "{{x}}", "${{ x }}",
        "::add-mask::x",
        "##[error]x", "\u{1B}[31m", "\u{202E}", "\u{200B}", "\u{0}", "\u{FEFF}", "\u{2028}", "e\u{301}",
        "\u{301}\u{301}",
        "\u{1F468}\u{200D}\u{1F469}", " ", "  ", "x", "config/clusters/c", "",
    ]

    private static func text(_ random: inout some RandomNumberGenerator) -> String {
        let count = Int.random(in: 0...6, using: &random)
        var text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        // Longer than anything that may be shown whole.
        if Int.random(in: 0..<20, using: &random) == 0 { text = String(repeating: text, count: 400) }
        return text
    }

    // MARK: - What stands in a comment

    /// A reader of its own for the one kind of comment that there may be: code, folded parts, and words of ours.
    ///
    /// - Returns: the first thing that is not as it must be; nil when all is well.
    private static func fault(in comment: String) -> String? {
        var depth = 0
        for line in comment.exact.split(at: "\n").map(\.text) {
            if let scalar = line.unicodeScalars.first(where: { $0.value < 0x20 || $0.value == 0x7F }) {
                return "a control character \(scalar.value) in \(line)"
            }
            if line == "<!-- hubfleet-plan -->" { continue }
            if line.hasPrefix("/") { return "a command: \(line)" }
            if line.exact.hasPrefix("<details>") {
                depth += 1
                guard let summary = line.exact.without(prefix: "<details><summary>")?.without(suffix: "</summary>")
                else { return "a part without a title: \(line)" }
                if let fault = faultInTitle(summary.text) { return "\(fault): \(line)" }
            } else if line == "</details>" {
                depth -= 1
            } else if let fault = faultInLine(line) {
                return "\(fault): \(line)"
            }
        }
        return depth == 0 ? nil : "\(depth) parts are not closed"
    }

    /// In a title only `<code>` is markup, and all others are written out.
    private static func faultInTitle(_ title: String) -> String? {
        let rest = ["<code>", "</code>"].reduce(title) {
            $0.replacingOccurrences(of: $1, with: "", options: .literal)
        }
        return rest.utf8.contains { "<>".utf8.contains($0) } ? "markup in a title" : nil
    }

    /// What is left of a line without its code are words of ours.
    private static func faultInLine(_ line: String) -> String? {
        guard let words = withoutCode(line) else { return "code that is not closed" }
        // Words of ours, and what they are set with.
        let own = words.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                || " -*:.,;()|".utf8.contains(byte)
        }
        return own ? nil : "other signs than those of our words: \(String(decoding: words, as: UTF8.self))"
    }

    /// Code by the rule of CommonMark: it ends at the next run of as many backticks as it begins with.
    private static func withoutCode(_ line: String) -> [UInt8]? {
        let bytes = Array(line.utf8)
        let tick = UInt8(ascii: "`")
        // A bar ends a cell of a table, also in code.
        if line.hasPrefix("| "), line.utf8.filter({ $0 == UInt8(ascii: "|") }).count != 4 { return nil }
        var words: [UInt8] = []
        var index = 0
        func run(at start: Int) -> Int { bytes[start...].prefix { $0 == tick }.count }
        while index < bytes.count {
            guard bytes[index] == tick else {
                words.append(bytes[index])
                index += 1
                continue
            }
            let opening = run(at: index)
            var end = index + opening
            while end < bytes.count {
                let length = bytes[end] == tick ? run(at: end) : 0
                if length == opening { break }
                end += max(length, 1)
            }
            guard end < bytes.count else { return nil }
            index = end + opening
        }
        return words
    }

    @Test func theReaderFindsWhatMustNotBe() {
        for bad in [
            "- `a` @all", "- `a", "- `a`` b", "<b>", "| a | `b|c` | 1 | x |", "/merge", "[x](y)", "- a\u{1B}",
            "<details><summary><code><b></code></summary>\n\n</details>", "<details><summary>x</summary>",
        ] { #expect(Self.fault(in: bad) != nil, "\(bad)") }
        #expect(Self.fault(in: "**Plan** of ``a`b``, `|`: 1.\n\n- `<b>`\n") == nil)
    }

    // MARK: - Text

    @Test func textOfAFleetIsOneSpanOfCode() throws {
        var random = RandomRun.numbers(20_261_202)
        for _ in 0..<RandomRun.rounds(4_000) {
            let text = Self.text(&random)
            for shown in [Markdown.code(text), Markdown.cell(text)] {
                #expect(Self.withoutCode(shown) == [], "\(text.debugDescription)")
                #expect(!shown.utf8.contains(UInt8(ascii: "\n")) && shown.utf8.count < 1_300)
            }
            #expect(!Markdown.cell(text).utf8.contains(UInt8(ascii: "|")))
            let title = Markdown.html(text).exact.without(prefix: "<code>")?.without(suffix: "</code>")
            let inner = try #require(title, "\(text.debugDescription)")
            #expect(!inner.utf8.contains { "<>\n".utf8.contains($0) }, "\(text.debugDescription)")
        }
    }

    // MARK: - Whole comments

    private func odd() async throws -> OddPlan<SplitMix> {
        let folder = try SampleFleet.write(clusters: ["c": ["hub"]])
        let cluster = try #require(try await FleetReader.read(WorkingTree(folder.path)).fleet.clusters.first)
        return OddPlan(cluster: cluster) { Self.text(&$0) }
    }

    @Test func plansOfOddFleetsAreCommentsAllTheSame() async throws {
        var random = RandomRun.numbers(20_261_203)
        let odd = try await odd()
        for round in 0..<RandomRun.rounds(60) {
            let plan = odd.plan(size: round % 6 == 0 ? 150 : 5, using: &random)
            for limit in [4_000, 40_000, Markdown.limit] {
                let comment = PlanMarkdown(plan, limit: limit).text
                #expect(comment.utf8.count <= limit)
                #expect(comment.unicodeScalars.count <= 65_536)
                #expect(Self.fault(in: comment) == nil)
                #expect(comment.hasPrefix("<!-- hubfleet-plan -->\n\n**Plan** from "))
                #expect(comment.components(separatedBy: "\n<!-- hubfleet-plan -->").count == 1)
            }
        }
    }

    @Test func differencesOfOddFleetsArePartsOfCommentsAllTheSame() async throws {
        var random = RandomRun.numbers(20_261_204)
        let odd = try await odd()
        for round in 0..<RandomRun.rounds(60) {
            let differences = (0..<(round % 6 == 0 ? 120 : 4)).map { _ in odd.difference(using: &random) }
            for limit in [4_000, 24_000, Markdown.limit] {
                let part = DiffMarkdown(differences, limit: limit).text
                #expect(part.utf8.count <= limit)
                #expect(Self.fault(in: part) == nil)
                #expect(part.hasPrefix("**Diff** of rendered objects: "))
            }
        }
    }
}
