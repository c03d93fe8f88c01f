import FleetTesting
import FleetTools
import Homes
import Testing
import Texts

@testable import FleetWeb

@Suite(.tags(.small))
struct ServiceTroubleTests {
    @Test(
        arguments: [
            HomeError.notWritten("/state/digests.zip", reason: "No space left on device"),
            HomeError.notAFolder("/homes/ada", reason: "Stale file handle"),
            HomeError.shortage("Too many open files in /state"), HomeError.brokenState("/state/x", reason: "/y"),
            FileError.notWritten(path: "/state/homes", reason: "No space left on device"),
        ] as [any Error & Sendable])
    func usersAreToldNoPaths(_ error: any Error & Sendable) {
        let text = ServiceTrouble(error).description
        #expect(!text.contains("/"))
        #expect(text.contains("Try again"))
    }
}
