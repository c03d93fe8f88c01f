import FleetTesting
import FleetTools
import Foundation
import Testing

/// Standard streams that are closed, or on a full disk.
@Suite(.tags(.medium))
struct StandardStreamTests {
    /// - Returns: the status, and what was said.
    private func shell(_ line: String, _ folder: TemporaryFolder) async throws -> (Int, String) {
        let output = try await RealThings.runner().run(
            Invocation(
                "sh", ["-c", line, "sh", HubProgram.path],
                environment: ["XDG_CONFIG_HOME": folder.path + "/config", "PATH": RealThings.searchPath],
                workingDirectory: folder.path))
        return (output.status, output.standardError)
    }

    @Test(arguments: [">/dev/full", ">&-"]) func aResultThatCannotBeWrittenIsAnError(_ stream: String) async throws {
        let folder = try TemporaryFolder().write(["homes/ada/a": "a"])
        for format in ["table", "json"] {
            let (status, said) = try await shell("\"$1\" home report --from homes --format \(format) \(stream)", folder)
            #expect(status == 1)
            #expect(said.contains("standard output cannot be written: "))
            #expect(!said.contains("Fatal error"))
        }
    }

    /// A file that is opened gets the lowest number that is free, and messages must not come into it.
    @Test func nothingIsPrintedIntoAnArchive() async throws {
        let folder = try TemporaryFolder().write(["homes/ada/a": "a"])
        let (status, _) = try await shell("\"$1\" home export --from homes/ada --to ada.zip <&- >&- 2>&-", folder)
        #expect(status == 0)
        let (verified, said) = try await shell("\"$1\" home verify ada.zip --receipt ada.zip.receipt.json", folder)
        #expect(verified == 0, "\(said)")
    }
}
