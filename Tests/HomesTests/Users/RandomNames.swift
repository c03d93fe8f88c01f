import FleetTesting
import Texts

/// Names of users, ordinary and odd.
enum RandomNames {
    static let odd = [
        "", ".", "..", "...", "-", "--", "---", "a--b", "1ada", "-ada", "ada-", "İstanbul", "\u{212A}elvin", "ΑΣ", "ﬃ",
        "e\u{301}", "é", "ada\n", "\n", "\u{1}", "ada@example.org", "Ada Lovelace", "a/b", "123", "x-", "1" + "-a",
        String(repeating: "a", count: 48), String(repeating: "a", count: 49), String(repeating: "a", count: 63),
        String(repeating: "a", count: 64), String(repeating: "1", count: 60),
        String(repeating: "1", count: 34) + "-" + String(repeating: "1", count: 20),
        String(repeating: "a", count: 36) + "." + String(repeating: "b", count: 20), "日本語", "👩🏽‍🔬",
    ]

    private static let pieces: [String] = [
        "a", "b", "z", "0", "9", "-", "--", ".", "_", "@", "A", "Z", "é", "İ", "\u{212A}", "ß", "日", "👩🏽‍🔬", " ", "/",
        "example", "+", "%", "~", "Σ", "e\u{301}",
    ]

    static func next(_ random: inout SplitMix) -> String {
        let isLong = Int.random(in: 0..<8, using: &random) == 0
        let isPlain = Int.random(in: 0..<3, using: &random) == 0
        let count = Int.random(in: 0...(isLong ? 120 : 12), using: &random)
        return (0..<count).map { _ in
            pieces[Int.random(in: 0..<(isPlain ? 6 : pieces.count), using: &random)]
        }.joined()
    }
}
