import Foundation

/// Measures all folders of a place with homes.
package enum UsageSurvey {
    /// - Parameters:
    ///   - homes: the folder that holds the homes.
    ///   - settings: what is to be said.
    ///   - date: what is taken for now.
    ///   - before: is told which folder comes next, how many came before it and how many there are.
    /// - Returns: the report.
    /// - Throws: `HomeError.notAFolder`, and `CancellationError`. A home that goes away meanwhile is part of the report.
    package static func run(
        _ homes: String, settings: UsageSettings, date: Date = Date(),
        before: (_ folder: String, _ done: Int, _ count: Int) -> Void = { _, _, _ in }
    ) throws -> UsageReport {
        let folders = try HomeFolders(homes)
        let chain = try FolderChain(homes)
        let count = folders.users.count + folders.shared.count
        var done = 0
        func measure(_ name: [UInt8]) throws -> HomeUsage {
            before(ByteText.readable(name), done, count)
            done += 1
            return try UsageWalk.measure(name, in: chain)
        }
        return UsageReport(
            source: homes, users: try folders.users.map(measure), shared: try folders.shared.map(measure),
            others: folders.others, settings: settings, date: date)
    }
}
