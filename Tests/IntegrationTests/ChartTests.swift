import FleetTesting
import FleetTools
import Foundation
import Logging
import Testing

/// Not beside hubs: both take all of a small machine.
extension HubsSerial {
    /// The tests of the charts themselves, which are Python: they render, install and execute what the charts make.
    @Suite struct ChartTests {
        @Test(.needsChartTools, .needs("helm"))
        func chartsPassTheirOwnTests() async throws {
            let invocation = Invocation(
                RealThings.chartPython,
                ["-m", "pytest", "-q", "--no-header", "-rs", "--durations=10", "--rootdir", RealThings.packageRoot]
                    + ["-c", RealThings.packageRoot + "/pyproject.toml", RealThings.packageRoot + "/Tests/Charts"],
                environment: ["PYTHONDONTWRITEBYTECODE": "1", "PATH": RealThings.searchPath], timeLimit: .seconds(1100))
            let output = try await SubprocessCommandRunner(logger: Logger(label: "test")).run(invocation)
            let text = String(decoding: output.standardOutput, as: UTF8.self)
            // Reasons of skipped tests, and the slowest.
            print(text.suffix(3000))
            #expect(output.status == 0, "\(text.suffix(12000))")
        }
    }
}
