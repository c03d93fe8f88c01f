import FleetTesting
import Testing

@testable import FleetWeb

@Suite(.tags(.small))
struct OperatorLogTests {
    @Test(arguments: [
        ("no room: /state/ä", "hubfleet: no room: /state/ä"), ("a\nhubfleet: b", #"hubfleet: a\nhubfleet: b"#),
        ("\u{1B}[2J\r\u{9B}", #"hubfleet: \u{1B}[2J\r\u{009B}"#), ("", "hubfleet: "),
    ])
    func aLineStaysOne(_ text: String, _ line: String) {
        #expect(OperatorLog.line(text) == line)
    }
}
