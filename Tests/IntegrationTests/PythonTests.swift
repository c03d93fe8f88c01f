import FleetTesting
import Foundation
import Testing

/// The unit tests of the Python that runs in hubs, in the environment of hubs.
@Suite(.tags(.large), .timeLimit(.minutes(10)))
struct PythonTests {
    @Test func theHubsHalfPassesItsOwnTests() async throws {
        let folder = try TemporaryFolder()
        // Any start makes the environment; this one stops as soon as it is there.
        let program = try HubProgram(["up", "--state-dir", HubProgram.sharedState, "--format", "json"])
        let hub = try #require(try await program.ready().hubs.first)
        _ = try await program.stop()
        let process = Process()
        process.executableURL = URL(filePath: hub.environment + "/bin/python")
        process.arguments = ["-m", "unittest", "discover", "-s", RealThings.packageRoot + "/Tests/Python"]
        process.environment = ProcessInfo.processInfo.environment.merging([
            "PYTHONPATH": RealThings.packageRoot + "/Sources/Engines/Local/Embedded", "PYTHONDONTWRITEBYTECODE": "1",
        ]) { $1 }
        let log = folder.path + "/log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.standardError = FileHandle(forWritingAtPath: log)
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let text = try folder.read("log")
        #expect(process.terminationStatus == 0, "\(text)")
        #expect(text.contains("\nOK"), "\(text)")
    }
}
