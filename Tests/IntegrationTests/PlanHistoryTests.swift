import FleetTesting
import FleetTools
import Foundation
import Logging
import Testing

/// Plans of random edits, compared with what the real helm renders. Python does the work; `Tests/Plans` has it, and shares
/// nothing with the planner. `scripts/check-long plans` makes three hundred.
@Suite(
    .tags(.large), .timeLimit(.minutes(20)), .needs("git"), .needs("helm"), .needs("jsonnet"), .needs("sops"),
    .needsChartTools)
struct PlanHistoryTests {
    private func expectAllRight(_ arguments: String...) async throws {
        let output = try await SubprocessCommandRunner(logger: Logger(label: "test")).run(
            Invocation(
                RealThings.chartPython,
                [RealThings.packageRoot + "/Tests/Plans/histories.py", HubProgram.path] + arguments,
                environment: ["PATH": RealThings.searchPath, "PYTHONDONTWRITEBYTECODE": "1"], timeLimit: .seconds(1200))
        )
        #expect(output.status == 0, "\(output.text)\n\(output.standardError)")
    }

    @Test func plansWhatHelmRendersOtherwiseAndNothingElse() async throws {
        try await expectAllRight("--seed", "\(RandomRun.seed(1))", "--edits", "\(RandomRun.rounds(20))")
    }

    @Test(.needsRealFleet) func plansTheRealFleetOnOurCharts() async throws {
        try await expectAllRight(
            "--fleet", "real", "--seed", "\(RandomRun.seed(2))", "--edits", "\(RandomRun.rounds(4))")
    }
}
