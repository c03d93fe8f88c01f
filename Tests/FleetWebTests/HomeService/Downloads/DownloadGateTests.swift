import FleetTesting
import Testing
import Texts

@testable import FleetWeb

@Suite(.tags(.small))
struct DownloadGateTests {
    @Test func countsEachUserAndAll() throws {
        let gate = DownloadGate(limit: 3, limitPerUser: 2)
        try gate.enter("ada")
        try gate.enter("ada")
        #expect(throws: DownloadRefusal.tooManyOfUser) { try gate.enter("ada") }
        try gate.enter("bob")
        #expect(throws: DownloadRefusal.tooMany) { try gate.enter("bob") }
        #expect(throws: DownloadRefusal.tooMany) { try gate.enter("cy") }
        gate.leave("ada")
        try gate.enter("cy")
        #expect(throws: DownloadRefusal.tooMany) { try gate.enter("ada") }
    }

    @Test func whoWasRefusedTakesNoPlace() throws {
        let gate = DownloadGate(limit: 1, limitPerUser: 1)
        try gate.enter("ada")
        for _ in 0..<10 { #expect(throws: DownloadRefusal.self) { try gate.enter("ada") } }
        gate.leave("ada")
        gate.leave("ada")
        try gate.enter("ada")
        #expect(throws: DownloadRefusal.tooMany) { try gate.enter("bob") }
    }
}
