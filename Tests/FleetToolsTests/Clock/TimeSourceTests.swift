import FleetTesting
import FleetTools
import Foundation
import Testing

@Suite(.tags(.small), .timeLimit(.minutes(10)))
struct TimeSourceTests {
    @Test func whoSleepsWaitsForTheTest() async throws {
        let time = ManualTime(start: Date(timeIntervalSince1970: 100))
        let first = time.instant
        async let sleeping: Void = time.sleep(for: .seconds(5))
        await time.waitForSleepers(1)
        #expect(time.now == Date(timeIntervalSince1970: 100))
        time.advance(by: .seconds(5))
        try await sleeping
        #expect(time.now == Date(timeIntervalSince1970: 105))
        #expect(time.instant - first == .seconds(5))
    }

    @Test func onlyThoseWhoseTimeHasComeWake() async throws {
        let time = ManualTime()
        async let short: Void = time.sleep(for: .seconds(1))
        let long = Task { try await time.sleep(for: .seconds(9)) }
        await time.waitForSleepers(2)
        time.advance(by: .seconds(1))
        try await short
        await time.waitForSleepers(1)
        long.cancel()
        await #expect(throws: CancellationError.self) { try await long.value }
    }

    @Test func sleepingMovesATimeThatIsMovedBySleeping() async throws {
        let time = ManualTime(movement: .bySleeping)
        try await time.sleep(for: .seconds(3600))
        #expect(time.elapsed == .seconds(3600))
    }

    @Test func aCancelledTaskDoesNotSleep() async {
        for movement in [ManualTime.Movement.byTheTest, .bySleeping] {
            let time = ManualTime(movement: movement)
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await time.sleep(for: .seconds(1))
            }
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test func theSystemsTimeGoesOn() async throws {
        let time = SystemTime()
        let (date, instant) = (time.now, time.instant)
        try await time.sleep(for: .milliseconds(2))
        #expect(time.instant - instant >= .milliseconds(2))
        #expect(time.now >= date)
    }
}
