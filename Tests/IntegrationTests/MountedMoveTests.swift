import FleetTesting
import FleetTools
import Foundation
import Testing

/// The built program, where a folder is mounted in two places: paths alone do not tell what lies in what.
@Suite(.tags(.large), .enabled(if: geteuid() == 0, "only root can mount"), .timeLimit(.minutes(20)))
struct MountedMoveTests {
    @Test(.needs("unshare")) func aNewSideInsideOfTheOldOneIsRefused() async throws {
        let folder = try TemporaryFolder().write(["old/ada/inner/b": "b", "old/ada/a": "a", "new/.keep": ""])
        let script = """
            mount --bind old/ada/inner new && echo mounted || exit 0
            timeout 200 "$0" home move --from old --to new 2>&1
            """
        let said = try await RealThings.runner().run(
            Invocation(
                "unshare", ["-m", "sh", "-c", script, HubProgram.path],
                environment: ["PATH": RealThings.searchPath, "XDG_CONFIG_HOME": folder.path + "/config"],
                workingDirectory: folder.path))
        guard said.text.contains("mounted") else { try Test.cancel("not even root may mount here") }
        #expect(said.text.contains("is a folder of \(folder.path)/old/ada, mounted twice"), "\(said.text.prefix(500))")
        #expect(said.status == 1)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path + "/old").count == 4)
    }
}
