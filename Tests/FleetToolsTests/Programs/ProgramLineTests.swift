import FleetTesting
import Foundation
import Logging
import Synchronization
import Testing
import Texts

@testable import FleetTools

@Suite(.tags(.small))
struct LineCutterTests {
    @Test func linesComeWholeHoweverTheyAreCut() {
        let bytes = Array("one\r\n\ntwo\nrest".utf8)
        for size in 1...bytes.count {
            var cutter = LineCutter()
            var lines: [String] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                lines += cutter.add(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(lines + [cutter.finish()] == ["one", "", "two", "rest"])
            #expect(cutter.finish() == nil)
        }
    }

    @Test func aLineWithoutEndComesInPieces() {
        var cutter = LineCutter()
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: LineCutter.longest + 3)
        #expect(cutter.add(long).map(\.count) == [LineCutter.longest])
        #expect(cutter.add(Array("\n".utf8)) == ["xxx"])
    }
}

/// Lines of real programs, while they run.
@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct ProgramLineTests {
    private let runner = SubprocessCommandRunner(logger: Logger(label: "test"))

    private final class Lines: Sendable {
        private let kept = Mutex<[ProgramLine]>([])
        var all: [ProgramLine] { kept.withLock { $0 } }
        func add(_ line: ProgramLine) { kept.withLock { $0.append(line) } }
    }

    /// The program goes on only when the test has seen its first line.
    @Test func linesComeWhileTheProgramRuns() async throws {
        let folder = try TemporaryFolder()
        let lines = Lines()
        let script = "echo first; while [ ! -e '\(folder.path)/seen' ]; do sleep 0.02; done; echo second >&2; exit 3"
        let status = try await runner.run(Invocation("sh", ["-c", script], timeLimit: .seconds(1200))) { line in
            lines.add(line)
            if line.text == "first" { try? Data().write(to: URL(filePath: folder.path + "/seen")) }
        }
        #expect(status == 3)
        #expect(lines.all == [ProgramLine(.output, "first"), ProgramLine(.error, "second")])
    }

    @Test func readsWhatItIsGiven() async throws {
        let lines = Lines()
        let invocation = Invocation("cat", [], standardInput: Array("a\nb".utf8), timeLimit: .seconds(1200))
        #expect(try await runner.run(invocation) { lines.add($0) } == 0)
        #expect(lines.all == [ProgramLine(.output, "a"), ProgramLine(.output, "b")])
    }

    @Test func aFailureShowsTheLastMessages() async {
        let script = "echo out; for line in 1 2 3 4 5 6 7 8 9; do echo $line >&2; done; exit 4"
        await #expect(
            throws: CommandError.failed(
                program: "sh", arguments: ["-c", script], status: 4, lastLines: "2\n3\n4\n5\n6\n7\n8\n9")
        ) {
            try await runner.check(Invocation("sh", ["-c", script], timeLimit: .seconds(1200))) { _ in }
        }
    }

    @Test func aProgramWaitsForWhoeverReadsItsLines() async throws {
        let count = Mutex(0)
        let status = try await runner.run(Invocation("sh", ["-c", "yes | head -n 200000"], timeLimit: .seconds(1200))) {
            _ in
            count.withLock { $0 += 1 }
        }
        #expect(status == 0)
        #expect(count.withLock { $0 } == 200_000)
    }

    @Test func stopsWhatTakesTooLong() async {
        await #expect(throws: CommandError.tookTooLong(program: "sh", limit: .milliseconds(300))) {
            try await runner.run(Invocation("sh", ["-c", "while :; do echo x; done"], timeLimit: .milliseconds(300))) {
                _ in
            }
        }
    }

    @Test func cancellingStopsTheProgramAndItsChildren() async throws {
        let mark = "TEST_\(UUID().uuidString.prefix(8))"
        let (started, continuation) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await runner.run(
                Invocation(
                    "sh", ["-c", "sleep 60 & echo up; wait"], environment: [mark: "1"], timeLimit: .seconds(1200))
            ) { _ in
                continuation.yield()
            }
        }
        for await _ in started { break }
        task.cancel()
        _ = await task.result
        // The child got the signal too; the kernel takes it away in its own time.
        for _ in 0..<100 where !ProcessTable().processes(with: mark, "1").isEmpty {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(ProcessTable().processes(with: mark, "1") == [])
    }

    @Test func namesAMissingProgram() async {
        await #expect(throws: CommandError.notFound(program: "no-such-program")) {
            try await runner.run(Invocation("no-such-program", [], timeLimit: .seconds(1200))) { _ in }
        }
    }
}
