import FleetTesting
import Testing

@testable import FleetWeb

@Suite(.tags(.small))
struct EntityTagTests {
    @Test(arguments: ["\"a\"", "*", "\"b\", \"a\"", " \"a\" ", "W/\"b\",\"a\""])
    func isNamed(_ list: String) { #expect(EntityTag.isNamed("\"a\"", in: list)) }

    @Test(arguments: ["", "a", "\"b\"", "W/\"a\"", "\"*\"", "*, \"b\"", "\"a"])
    func isNotNamed(_ list: String) { #expect(!EntityTag.isNamed("\"a\"", in: list)) }
}
