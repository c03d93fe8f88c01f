import FleetTesting
import FleetTools
import Foundation
import Synchronization
import Testing

/// Real signals, to this process: each test has one of its own.
@Suite(.tags(.medium), .timeLimit(.minutes(10)))
struct InterruptionTests {
    @Test func aSignalCancelsTheWorkWhichTidiesUp() async {
        let time = ManualTime()
        let told = Mutex<[Int32]>([])
        let tidied = Mutex(false)
        async let ending = Interruption.watch(
            [SIGUSR1], .cancel, told: { number in told.withLock { $0.append(number) } },
            work: {
                defer { tidied.withLock { $0 = true } }
                try await time.sleep(for: .seconds(1))
            })
        await time.waitForSleepers()
        kill(getpid(), SIGUSR1)
        let outcome = await ending
        #expect(outcome.signal == SIGUSR1)
        #expect(throws: CancellationError.self) { try outcome.result.get() }
        #expect(told.withLock { $0 } == [SIGUSR1])
        #expect(tidied.withLock { $0 })
    }

    @Test func whatRunsIsFinishedWhenTheWorkIsTold() async throws {
        let time = ManualTime()
        async let ending = Interruption.watch([SIGUSR2], .finish { time.advance(by: .seconds(1)) }) {
            try await time.sleep(for: .seconds(1))
            return "finished"
        }
        await time.waitForSleepers()
        kill(getpid(), SIGUSR2)
        let outcome = await ending
        #expect(outcome.signal == SIGUSR2)
        #expect(try outcome.result.get() == "finished")
    }

    @Test func withoutASignalTheResultIsTheWorks() async throws {
        #expect(try await Interruption.watch([], .cancel) { 7 }.result.get() == 7)
        let failed = await Interruption.watch([], .cancel) { throw UnexpectedCall(description: "no") }
        #expect(failed.signal == nil)
        #expect(throws: UnexpectedCall.self) { try failed.result.get() }
    }
}
