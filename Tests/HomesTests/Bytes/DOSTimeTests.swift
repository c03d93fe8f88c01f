import FleetTesting
import Testing

@testable import Homes

@Suite(.tags(.small))
struct DOSTimeTests {
    @Test(arguments: [
        (-1, 0, 33), (315_532_800, 0, 33), (951_868_799, 0xBF7D, 0x285D), (Int64.max, 0xBF7D, 0xFF9F),
    ])
    func timesAreThoseOfZIPArchives(_ seconds: Int64, time: Int, date: Int) {
        let found = DOSTime.of(seconds)
        #expect((Int(found.time), Int(found.date)) == (time, date))
    }
}
