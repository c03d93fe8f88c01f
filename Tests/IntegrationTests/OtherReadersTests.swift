import FleetTesting
import FleetTools
import Foundation
import Logging
import Testing

/// Archives as other programs make, unpack and understand them. Python does the work; `Tests/Archives` has it, with the
/// tables of what differs on purpose.
@Suite(
    .tags(.large), .serialized, .timeLimit(.minutes(20)), .needs("unshare"), .needs("tar"), .needs("bsdtar"),
    .needs("zip"), .needs("unzip"), .needs("7z"))
struct OtherReadersTests {
    private static let python = "/usr/bin/python3"
    private static let tests = RealThings.packageRoot + "/Tests/Archives/"

    /// Runs a program of `Tests/Archives`, which prints what it found and ends with 1 when no table has it.
    private func expectNothingNew(_ script: String, _ arguments: String...) async throws {
        let output = try await SubprocessCommandRunner(logger: Logger(label: "test")).run(
            Invocation(
                Self.python, [Self.tests + script, HubProgram.path] + arguments,
                environment: ["PATH": RealThings.searchPath, "CI": "true"], timeLimit: .seconds(1200)))
        #expect(output.status == 0, "\(output.text)\n\(output.standardError)")
    }

    /// A share of them has 65,534 to 65,537 members, or more than 4 GiB.
    @Test func readsGeneratedArchivesAsOthersDo() async throws {
        try await expectNothingNew(
            "differential.py", "--seed", "\(RandomRun.seed(1))", "--count", "\(RandomRun.rounds(300))")
    }

    @Test func aHomeOfRealPackagesGoesRoundByEachForm() async throws {
        let environment = RealThings.packageRoot + "/.tools/hub"
        try #require(FileManager.default.fileExists(atPath: environment), "scripts/tools hub installs it")
        try await expectNothingNew("round_trips.py", "packages", "--environment", environment)
    }

    /// `scripts/check-long homes` lets it go round by all other programs, too.
    @Test func aHomeWithAPathOfEveryLengthGoesRound() async throws {
        try await expectNothingNew(
            "round_trips.py", "lengths", "--only", "^hubfleet (zip|tar)$|^GNU tar posix$|^zip$")
    }
}
