import FleetTesting
import Testing

@testable import FleetWeb

@Suite(.tags(.small))
struct UnguessableTextTests {
    @Test func allDiffer() {
        let texts = Set((0..<100).map { _ in UnguessableText.make() })
        #expect(texts.count == 100)
        #expect(texts.allSatisfy { $0.count == 43 })
    }
}
