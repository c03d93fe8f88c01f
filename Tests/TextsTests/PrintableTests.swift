import FleetTesting
import Foundation
import Testing
import Texts

@Suite(.tags(.small))
struct PrintableTests {
    /// What steers a terminal, turns a line about, or takes no place; the last is no character at all.
    static let hidden: [Unicode.Scalar] = [
        "\u{0}", "\n", "\t", "\u{1B}", "\u{7F}", "\u{80}", "\u{9B}", "\u{AD}", "\u{34F}", "\u{61C}", "\u{115F}",
        "\u{200B}",
        "\u{200D}", "\u{200E}", "\u{200F}", "\u{2028}", "\u{2029}", "\u{202A}", "\u{202B}", "\u{202C}", "\u{202D}",
        "\u{202E}", "\u{2060}", "\u{2066}", "\u{2067}", "\u{2068}", "\u{2069}", "\u{3164}", "\u{FEFF}", "\u{E000}",
        "\u{E0041}", "\u{F0000}", "\u{378}",
    ]

    @Test(arguments: hidden)
    func whatCannotBeSeenIsWritten(_ scalar: Unicode.Scalar) {
        let text = "a\(scalar)b"
        #expect(text.printable == "a\(scalar.escaped(asASCII: true))b")
        #expect(text.printable.printable == text.printable)
        #expect(text.printable.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    }

    @Test(arguments: ["", "plain 100 %", "café", "cafe\u{301}", "🏠 ⚡\u{FE0F}", "日本語", "\u{5D0}\u{5D1}"])
    func whatCanBeSeenStays(_ text: String) {
        #expect(text.printable.exact == text.exact && text.printableJSON.exact == text.exact)
    }

    @Test func linesStayLines() {
        #expect("a\u{202E}\n\u{301}b\r\n".printableLines.exact == "a\\u{202E}\n\u{301}b\\r\n".exact)
    }

    @Test func jsonStaysTheSame() throws {
        let texts = Self.hidden.map { "a\($0)" }
        let json = String(decoding: try JSONEncoder().encode(texts), as: UTF8.self).printableJSON
        #expect(json.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F })
        #expect(try JSONDecoder().decode([ExactText].self, from: Data(json.utf8)) == texts.map(\.exact))
    }
}
