import FleetTesting
import Foundation
import Testing

/// Every name that may log in can work: `scripts/check-long names` tries five hundred.
extension HubsSerial {
    @Suite struct NamesTests {
        private static let isLong = ProcessInfo.processInfo.environment["HUBFLEET_LONG"] != nil

        @Test(
            .needs("chromium"), .timeLimit(.minutes(180)),
            .enabled(
                if: RealThings.isRequired || FileManager.default.isExecutableFile(atPath: HubUser.browserPython),
                "playwright is not installed; scripts/tools installs it"))
        func whoeverMayLogInCanUseAServer() async throws {
            let running = try await HubWithHomes.start([])
            defer { running.forget() }
            let people = HubUser(running.hub, "many", password: try #require(running.hub.usersPassword))
            let count = Self.isLong ? 500 : 15
            let answer = try await people.manyNames(
                "--count", "\(count)", "--seed", "\(RandomRun.seed(1))", "--jobs", Self.isLong ? "2" : "1")
            #expect(answer.error == nil, "\(answer.error ?? "")")
            #expect(answer.faults == [])
            let counts = try #require(answer.counts)
            print("names: \(counts)")
            #expect(counts["works", default: 0] > count / 2 && counts["refused", default: 0] > 0, "\(counts)")
            #expect(try await running.program.stop().status == 0)
        }
    }
}
