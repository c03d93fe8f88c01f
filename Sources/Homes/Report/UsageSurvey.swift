import FleetTools
import Foundation

/// Measures all folders of a place with homes.
package enum UsageSurvey {
    /// - Parameters:
    ///   - homes: the folder that holds the homes.
    ///   - settings: what is to be said.
    ///   - time: stamps the report.
    ///   - tell: is told each step.
    /// - Returns: the report.
    /// - Throws: `HomeError.notAFolder`, and `CancellationError`. A home that goes away meanwhile is part of the report.
    package static func run(
        _ homes: String, settings: UsageSettings, time: any TimeSource = SystemTime(),
        _ tell: (ReportEvent) -> Void = { _ in }
    ) throws -> UsageReport {
        let folders = try HomeFolders(homes)
        let chain = try FolderChain(homes)
        let count = folders.users.count + folders.shared.count
        var done = 0
        func measure(_ name: [UInt8]) throws -> HomeUsage {
            tell(.measures(folder: ByteText.readable(name), done: done, count: count))
            done += 1
            return try UsageWalk.measure(name, in: chain)
        }
        return UsageReport(
            source: homes, users: try folders.users.map(measure), shared: try folders.shared.map(measure),
            others: folders.others, settings: settings, date: time.now)
    }
}
