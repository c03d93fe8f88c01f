import FleetTesting
import FleetTools
import Foundation
import Logging
import Testing
import Texts

@Suite(.tags(.medium))
struct CommandRunnerTests {
    private let runner = SubprocessCommandRunner(logger: Logger(label: "test"))

    @Test func givesOutputErrorAndStatus() async throws {
        let output = try await runner.run(
            Invocation("sh", ["-c", "printf out; printf err >&2; exit 3"], timeLimit: .seconds(1200)))
        #expect(output == CommandOutput(standardOutput: Array("out".utf8), standardError: "err", status: 3))
    }

    @Test func passesArgumentsAndEnvironmentAsTheyAre() async throws {
        let arguments = [
            "-c", "printf '%s|' \"$@\"; printf '%s|%s' \"$MARK\" \"${GONE-none}\"", "sh", "a b", "$(id)", "", "'\"",
        ]
        let output = try await runner.run(
            Invocation("sh", arguments, environment: ["MARK": "m n", "GONE": nil], timeLimit: .seconds(1200)))
        #expect(output.text == "a b|$(id)||'\"|m n|none")
    }

    @Test func handsOnTheVariablesThatAreNamed() async throws {
        for name in ["HUBFLEET_SEEN", "HUBFLEET_MORE_1", "HUBFLEET_HIDDEN"] { #expect(setenv(name, "here", 1) == 0) }
        let script =
            "printf '%s|%s|%s|%s' \"$HUBFLEET_SEEN\" \"$HUBFLEET_MORE_1\" \"$HUBFLEET_HIDDEN\" \"$MARK\"; env | wc -l"
        let only = Invocation(
            "sh", ["-c", script], inherits: .only(["HUBFLEET_SEEN", "HUBFLEET_MORE_*"]), environment: ["MARK": "m"],
            timeLimit: .seconds(1200))
        #expect(try await runner.run(only).text.hasPrefix("here|here||m"))
        let nothing = try await runner.run(
            Invocation("env", [], inherits: .only([]), timeLimit: .seconds(1200)))
        #expect(nothing.text.split(separator: "\n").allSatisfy { $0.hasPrefix("PATH=") })
    }

    @Test func namesAMissingProgram() async {
        await #expect(throws: CommandError.notFound(program: "no-such-program")) {
            try await runner.run(Invocation("no-such-program", [], timeLimit: .seconds(1200)))
        }
    }

    @Test func saysWhatFailed() async {
        let error = await #expect(throws: CommandError.self) {
            try await runner.check(
                Invocation("sh", ["-c", "echo one >&2; echo two >&2; exit 1"], timeLimit: .seconds(1200)))
        }
        #expect(error?.description.hasSuffix("ended with status 1:\none\ntwo") == true)
    }

    /// The program would go on for an hour; other tests may keep the processors busy for some of the minutes.
    @Test(.timeLimit(.minutes(20))) func stopsWhatTakesTooLong() async {
        await #expect(throws: CommandError.tookTooLong(program: "sleep", limit: .milliseconds(200))) {
            try await runner.run(Invocation("sleep", ["3600"], timeLimit: .milliseconds(200)))
        }
    }

    @Test(.timeLimit(.minutes(20))) func cancellingStopsTheProgramAndItsChildren() async throws {
        let folder = try TemporaryFolder()
        let mark = "TEST_\(UUID().uuidString.prefix(8))"
        let task = Task {
            try await runner.run(
                Invocation(
                    "sh", ["-c", "sleep 60 & touch '\(folder.path)/up'; wait"], environment: [mark: "1"],
                    timeLimit: .seconds(1200)))
        }
        while !folder.exists("up") { try await Task.sleep(for: .milliseconds(20)) }
        #expect(ProcessTable().processes(with: mark, "1").isEmpty == false)
        task.cancel()
        _ = await task.result
        // The child got the signal too; the kernel takes it away in its own time.
        for _ in 0..<100 where !ProcessTable().processes(with: mark, "1").isEmpty {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(ProcessTable().processes(with: mark, "1") == [])
    }
}

@Suite(.tags(.medium))
struct ServiceRunnerTests {
    @Test(.timeLimit(.minutes(20))) func writesTheLogAndGivesTheStatus() async throws {
        let folder = try TemporaryFolder()
        let status = try await SubprocessServiceRunner().run(
            Invocation("sh", ["-c", "echo out; echo err >&2; exit 7"], timeLimit: .seconds(1200)),
            log: folder.path + "/log",
            gracePeriod: .seconds(1),
            started: { _ in })
        #expect(status == 7)
        #expect(try folder.read("log") == "out\nerr\n")
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/log")[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test(.timeLimit(.minutes(20))) func stopsGracefullyThenForcefully() async throws {
        let folder = try TemporaryFolder()
        let script = "trap 'echo term' TERM; touch '\(folder.path)/up'; while true; do sleep 0.1; done"
        let task = Task {
            try await SubprocessServiceRunner().run(
                Invocation("sh", ["-c", script], timeLimit: .seconds(1200)), log: folder.path + "/log",
                gracePeriod: .milliseconds(500),
                started: { _ in })
        }
        while !folder.exists("up") { try await Task.sleep(for: .milliseconds(20)) }
        task.cancel()
        _ = await task.result
        #expect(try folder.read("log").contains("term"))
    }
}
