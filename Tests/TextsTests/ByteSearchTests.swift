import FleetTesting
import Foundation
import Testing
import Texts

@Suite(.tags(.small))
struct ByteSearchTests {
    /// What Foundation finds in the same bytes, where each letter is one.
    @Test func findsWhatAPlainSearchFinds() {
        var chance = SplitMix(state: 7)
        for _ in 0..<2_000 {
            func text(_ most: Int) -> String {
                String(
                    (0..<Int.random(in: 0...most, using: &chance)).map { _ in "abc".randomElement(using: &chance) ?? "a"
                    })
            }
            let (whole, part) = (text(20), text(3))
            let letters = Array(whole.utf8)
            let wanted = Array(part.utf8)
            for start in 0...(letters.count + 1) {
                let last = letters.count - wanted.count
                let plain =
                    start > last
                    ? nil : (start...last).first { letters[$0..<($0 + wanted.count)].elementsEqual(wanted) }
                #expect(whole.offset(of: part, from: start) == plain, "\(part) in \(whole) from \(start)")
            }
            #expect(whole.holds(part) == (part.isEmpty || whole.contains(part)))
        }
    }

    @Test func bytesCountAndNotHowTheyLook() {
        #expect("cafe\u{301}".holds("cafe") && !"cafe\u{301}".holds("caf\u{E9}"))
        #expect("🏠 ⚡".offset(of: "⚡") == 5)
        #expect("".holds("") && !"".holds("a") && "a".offset(of: "a", from: -1) == nil)
    }
}
