import Foundation
import Testing

/// Real programs and the real fleet, which tests use where they are present. In CI they must be.
package enum RealThings {
    private static let environment = ProcessInfo.processInfo.environment

    /// The root of this package.
    package static let packageRoot = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// Whether a missing real thing is a failure instead of a reason to skip.
    package static let isRequired = environment["HUBFLEET_REQUIRE_TOOLS"] == "1"

    /// The public example fleet of 14 clusters, when it is there.
    package static let fleet: String? = {
        let path = environment["HUBFLEET_REAL_FLEET"] ?? packageRoot + "/../shared/real-fleet"
        let root = URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL.path
        return FileManager.default.fileExists(atPath: root + "/config/clusters") ? root : nil
    }()

    /// The Python that the tests of charts run with.
    package static let chartPython = packageRoot + "/.tools/charts/bin/python"

    /// The folders where programs are looked for: those of scripts/tools first.
    package static let searchPath = packageRoot + "/.tools/bin:" + (environment["PATH"] ?? "/usr/bin:/bin")

    /// The path of a program, when it is installed.
    package static func program(_ name: String) -> String? {
        searchPath.split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test where a program is missing, with the way to get it; in CI the test runs and fails.
    package static func needs(_ program: String) -> Self {
        .enabled(
            if: RealThings.isRequired || RealThings.program(program) != nil,
            "\(program) is not installed; scripts/tools installs it")
    }

    /// Skips a test where what the tests of charts need is missing; in CI the test runs and fails.
    package static var needsChartTools: Self {
        .enabled(
            if: RealThings.isRequired || FileManager.default.isExecutableFile(atPath: RealThings.chartPython),
            "the Python of the chart tests is not installed; scripts/tools charts installs it")
    }

    /// Skips a test where the real fleet is missing; in CI the test runs and fails.
    package static var needsRealFleet: Self {
        .enabled(
            if: RealThings.isRequired || RealThings.fleet != nil,
            "there is no real fleet; HUBFLEET_REAL_FLEET names its folder")
    }
}
