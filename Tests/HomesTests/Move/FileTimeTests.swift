import FleetTesting
import Testing

@testable import Homes

@Suite(.tags(.small))
struct FileTimeTests {
    @Test func timesMayLoseWhatDisksDoNotKeep() {
        #expect(FileTime.isSame(1_234_567_891, kept: 1_234_567_891))
        #expect(FileTime.isSame(1_234_567_891, kept: 1_234_567_000))
        #expect(FileTime.isSame(-1, kept: -100))
        #expect(!FileTime.isSame(1_234_567_891, kept: 1_234_566_000))
        #expect(!FileTime.isSame(1_234_567_891, kept: 1_000_000_000))
        #expect(!FileTime.isSame(.min, kept: .max))
    }
}
