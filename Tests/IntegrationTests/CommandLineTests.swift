import FleetTesting
import FleetTools
import Foundation
import Testing

/// Command lines that the built program refuses.
@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct CommandLineTests {
    @Test(arguments: [
        ["lst"], ["lst", "--help"], ["help", "lst"], ["home", "exprot", "--help"], ["help", "home", "exprot"],
    ])
    func anUnknownWordIsWrongUsage(_ words: [String]) async throws {
        let output = try await RealThings.runner().run(Invocation(HubProgram.path, words))
        #expect(output.status == 64)
        #expect(output.text == "")
        #expect(output.standardError.contains("did you mean"))
    }

    /// Its arguments are lost there: it must not do as if it had none.
    @Test(
        .needs("unshare"), .enabled(if: geteuid() == 0, "only root can hide /proc"),
        arguments: [["list"], ["validate", "-C", "/"], ["--version"], []])
    func withoutProcItSaysSo(_ words: [String]) async throws {
        let output = try await RealThings.runner().run(
            Invocation(
                "unshare",
                ["-m", "sh", "-c", "mount -t tmpfs none /proc && exec \"$0\" \"$@\"", HubProgram.path] + words))
        if output.standardError.contains("mount:") { try Test.cancel("not even root may mount here") }
        #expect(output.status == 1)
        #expect(output.text == "")
        #expect(output.standardError.contains("/proc is not there"))
    }
}
