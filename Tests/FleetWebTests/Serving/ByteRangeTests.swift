import FleetTesting
import Testing

@testable import FleetWeb

@Suite(.tags(.small))
struct ByteRangeTests {
    @Test(
        arguments: [
            (nil, .all), ("", .all), ("bytes", .all), ("bytes=", .all), ("bytes=-", .all), ("lines=1-2", .all),
            ("bytes=0-0,5-6", .all), ("bytes=5-2", .all), ("bytes=+1-2", .all), ("bytes=1-2-3", .all),
            ("bytes=a-", .all), ("bytes=٣-", .all), ("bytes=0-", .part(0..<100)), ("bytes=0-0", .part(0..<1)),
            ("BYTES=99-", .part(99..<100)), ("bytes= 10 - 19 ", .part(10..<20)), ("bytes=10-1000", .part(10..<100)),
            ("bytes=10-99999999999999999999", .part(10..<100)), ("bytes=10-18446744073709551615", .part(10..<100)),
            ("bytes=-1", .part(99..<100)), ("bytes=-100", .part(0..<100)), ("bytes=-1000", .part(0..<100)),
            ("bytes=-0", .unsatisfiable), ("bytes=100-", .unsatisfiable), ("bytes=100-50", .unsatisfiable),
            ("bytes=18446744073709551615-", .unsatisfiable), ("bytes=99999999999999999999-", .unsatisfiable),
        ] as [(String?, ByteRange)])
    func readsTheHeader(_ header: String?, _ expected: ByteRange) {
        #expect(ByteRange(header, length: 100) == expected)
    }

    @Test func nothingIsInAnEmptyArchive() {
        for header in ["bytes=0-", "bytes=-1", "bytes=0-0"] {
            #expect(ByteRange(header, length: 0) == .unsatisfiable)
        }
        #expect(ByteRange(nil, length: 0) == .all)
    }

    @Test func aPartIsAlwaysWithinAndNeverEmpty() async {
        var random = SplitMix(state: 1)
        let morsels = [
            "bytes=", "bytes", "=", "-", ",", "0", "7", "12", "18446744073709551615", "18446744073709551616", " ", "\t",
            "\u{301}", "٣", "\u{0}", "é", "+", "BYTES=", "\r\n", "x",
        ]
        let plain = ["-", "-", "0", "7", "12"]
        var parts = 0
        for round in 0..<30_000 {
            if round % 1_000 == 0 { await Task.yield() }
            let start = Bool.random(using: &random) ? "bytes=" : ""
            let count = Int.random(in: 0...5, using: &random)
            let header =
                start
                + (0..<count).map { _ in
                    (Bool.random(using: &random) ? morsels : plain).randomElement(using: &random) ?? ""
                }
                .joined()
            let length = [0, 1, 7, 8, 1 << 40, .max].randomElement(using: &random) ?? UInt64(0)
            if case .part(let part) = ByteRange(header, length: length) {
                parts += 1
                #expect(!part.isEmpty && part.upperBound <= length, "\(header.debugDescription) of \(length)")
            }
        }
        #expect(parts > 300)
    }
}
