import FleetTesting
import Foundation
import Synchronization
import Testing

@testable import Homes

@Suite(.tags(.medium))
struct MoveEventTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder().write(["old/ada/a": "12345", "old/bob/b": "123", "new/.keep": ""])
    }

    private func events(_ change: (inout MoveSettings) -> Void = { _ in }) async throws -> [MoveEvent] {
        let all = Mutex<[MoveEvent]>([])
        var settings = MoveSettings(from: folder.path + "/old", to: folder.path + "/new", as: .current)
        settings.time = ManualTime()
        change(&settings)
        let run = MoveRun(settings) { event in all.withLock { $0.append(event) } }
        _ = try await run.run()
        return all.withLock { $0 }
    }

    private func steps(_ events: [MoveEvent]) -> [String] {
        events.compactMap { event in
            switch event {
            case .looksAt(let home, let done, let count): "looks at \(home), \(done) of \(count)"
            case .planned(let files, let bytes): "planned \(files) files, \(bytes) bytes"
            case .copies(let home): "copies \(home)"
            case .compares(let home): "compares \(home)"
            case .did: nil
            case .moved(let home): "moved \(home.folder): \(home.state)"
            }
        }
    }

    /// What is done in the end is what was planned: each byte is written once and read twice.
    @Test func eachStepIsTold() async throws {
        let all = try await events()
        #expect(
            steps(all) == [
                "looks at ada, 0 of 2", "looks at bob, 1 of 2", "planned 2 files, 24 bytes", "copies ada",
                "compares ada", "moved ada: same", "copies bob", "compares bob", "moved bob: same",
            ])
        let done = all.reduce(into: (bytes: Int64(0), files: 0)) { sum, event in
            guard case .did(let bytes, let files) = event else { return }
            sum = (sum.bytes + bytes, sum.files + files)
        }
        #expect(done == (24, 2))
    }

    @Test func aDryRunAndAComparisonDoLess() async throws {
        let looks = ["looks at ada, 0 of 2", "looks at bob, 1 of 2"]
        #expect(steps(try await events { $0.isDryRun = true }) == looks + ["planned 2 files, 8 bytes"])
        _ = try await events()
        #expect(
            steps(try await events { $0.isVerifyOnly = true }) == [
                "compares ada", "moved ada: same", "compares bob", "moved bob: same",
            ])
    }

    @Test func theTimesAreThoseOfTheClock() async throws {
        var settings = MoveSettings(from: folder.path + "/old", to: folder.path + "/new", as: .current)
        settings.time = ManualTime(start: Date(timeIntervalSince1970: 1_900_000_000.7))
        let result = try await MoveRun(settings).run()
        #expect(result.started == Date(timeIntervalSince1970: 1_900_000_000) && result.ended == result.started)
    }
}
