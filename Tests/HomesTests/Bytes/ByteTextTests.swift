import FleetTesting
import Testing

@testable import Homes

@Suite(.tags(.small))
struct ByteTextTests {
    @Test func namesComeBackFromTheirText() {
        var random = SplitMix(state: 2)
        for _ in 0..<2_000 {
            let name = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                [UInt8](arrayLiteral: 0x25, 0x34, 0x41, 0x61, 0x0A, 0xC3, 0xA9, 0xFF, 0x7F)
                    .randomElement(using: &random) ?? 0
            }
            #expect(ByteText.bytes(Array(ByteText.readable(name).utf8)) == name)
        }
    }

    @Test func namesOfAnyBytesComeBackFromText() {
        var random = SplitMix(state: 21)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                Bool.random(using: &random) ? UInt8.random(in: 1...255, using: &random) : Array("%4aé/".utf8)[0]
            }
            #expect(ByteText.bytes(Array(ByteText.readable(bytes).utf8)) == bytes)
        }
    }

    /// Each name has a text of its own, and is its own text wherever UTF-8 holds it.
    @Test func namesHaveATextInUnicode() {
        var random = SplitMix(state: 8)
        let pieces: [[UInt8]] = [
            Array("\u{FFFD}".utf8), Array("FF".utf8), Array("e9".utf8), [0xFF], [0xEF, 0xBF], [0xBD],
            Array("%é\n".utf8),
        ]
        var texts: [[UInt8]: [UInt8]] = [:]
        for _ in 0..<20_000 {
            let name = (0..<Int.random(in: 0...5, using: &random)).flatMap { _ in
                pieces.randomElement(using: &random) ?? []
            }
            let text = ByteText.unicode(name) ?? name
            #expect(ByteText.isUnicode(text))
            #expect(ByteText.bytes(unicode: text) == name)
            #expect(texts.updateValue(name, forKey: text) ?? name == name)
        }
        #expect(ByteText.unicode(Array("100% %41 \u{FFFD} é".utf8)) == nil)
    }
}
