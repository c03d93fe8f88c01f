import FleetTesting
import FleetTools
import Foundation
import Logging
import Testing

/// The unit tests of the Python that runs in hubs, in the environment of hubs.
extension HubsSerial {
    @Suite struct PythonTests {
        @Test func theHubsHalfPassesItsOwnTests() async throws {
            // Any start makes the environment; this one stops as soon as it is there.
            let program = try await HubProgram(["up", "--state-dir", HubProgram.sharedState, "--format", "json"])
            let hub = try #require(try await program.ready().hubs.first)
            _ = try await program.stop()
            let invocation = Invocation(
                hub.environment + "/bin/python",
                ["-m", "unittest", "discover", "-s", RealThings.packageRoot + "/Tests/Python"],
                environment: [
                    "PYTHONPATH": RealThings.packageRoot + "/Sources/Engines/Local/Embedded",
                    "PYTHONDONTWRITEBYTECODE": "1",
                ],
                timeLimit: .seconds(240))
            let output = try await SubprocessCommandRunner(logger: Logger(label: "test")).run(invocation)
            #expect(output.status == 0, "\(output.standardError)")
            #expect(output.standardError.contains("\nOK"), "\(output.standardError)")
        }
    }
}
