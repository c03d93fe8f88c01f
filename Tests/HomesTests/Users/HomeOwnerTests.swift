import FleetTesting
import Testing

@testable import Homes

@Suite(.tags(.small))
struct HomeOwnerTests {
    @Test(arguments: ["", "1000", "1000:", ":1", "a:b", "1:2:3", "-1:0", "4294967295:0", "1 :2"])
    func whatIsNoOwnerIsRefused(_ text: String) {
        #expect(HomeOwner(text) == nil)
    }
}
