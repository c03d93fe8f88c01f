import Foundation
import Texts

/// The report of who uses how much space: `hubfleet home report` prints it, and reads it again to tell what has grown.
package struct UsageReport: Sendable, Codable, Equatable {
    package static let format = "hubfleet home report"

    /// The space that one folder uses.
    package struct Home: Sendable, Codable, Equatable {
        package var folder: String
        /// Bytes on the disk.
        package var diskBytes: Int64
        package var apparentBytes: Int64
        package var files: Int
        /// The newest change of any file.
        package var lastUse: Date?
        /// The part of what all folders use, from 0 to 1.
        package var share: Double
        /// The part of the quota that is used: 1 is all of it. Nil without a quota, and for shared folders.
        package var quotaUse: Double?
        package var isOverQuota: Bool
        /// Days since the newest change; nil when there is no file.
        package var idleDays: Int?
        package var isIdle: Bool
        /// Bytes since the earlier report; nil without one, and for new folders.
        package var growthBytes: Int64?
        /// The growth in 30 days, in bytes; nil also when less than an hour lies between.
        package var growthBytesIn30Days: Int64?
        package var isNew: Bool
        /// Paths that could not be looked into, some of them; what is below them is not counted.
        package var unreadable: [String]
        package var unreadableCount: Int
        /// Whether it went away while it was measured.
        package var vanished: Bool
    }

    /// The sums over all folders.
    package struct Totals: Sendable, Codable, Equatable {
        package var folders: Int
        package var diskBytes: Int64
        package var apparentBytes: Int64
        package var files: Int
        package var overQuota: Int
        package var idle: Int
        package var idleDiskBytes: Int64
        package var growthBytes: Int64?
    }

    /// Always `UsageReport.format`, so that other JSON is not taken for a report.
    package var format: String
    package var version: Int
    package var source: String
    package var date: Date
    package var quotaBytes: Int64?
    package var idleLimitDays: Int?
    package var earlier: Date?
    /// Homes of users, the largest first.
    package var users: [Home]
    /// Folders that belong to nobody, the largest first.
    package var shared: [Home]
    /// Folders of users that the earlier report had.
    package var gone: [String]
    /// Names of what lies between the homes and is no folder.
    package var others: [String]
    package var totals: Totals
}

extension UsageReport {
    /// - Parameters:
    ///   - source: the folder with the homes.
    ///   - users: what the homes use.
    ///   - shared: what the folders of nobody use.
    ///   - others: what is no folder.
    ///   - settings: what is to be said.
    ///   - date: when it was measured.
    package init(
        source: String, users: [HomeUsage], shared: [HomeUsage], others: [String] = [], settings: UsageSettings,
        date: Date
    ) {
        // Whole seconds, because that is what the text of a report can keep.
        let date = date.wholeSeconds
        let all = (users + shared).reduce(0) { $0 + $1.disk }
        let old = Self.sizes(settings.since)
        func homes(_ usages: [HomeUsage], isUser: Bool) -> [Home] {
            usages.map { usage in
                var home = Home(usage, all: all, settings: settings, date: date, isUser: isUser)
                if let since = settings.since { home.compare(old[usage.folder.exact], since.date, date) }
                return home
            }.sorted { ($1.diskBytes, $0.folder.exact) < ($0.diskBytes, $1.folder.exact) }
        }
        format = Self.format
        version = 1
        self.source = source
        self.date = date
        quotaBytes = settings.quota
        idleLimitDays = settings.idleDays
        earlier = settings.since?.date
        self.users = homes(users, isUser: true)
        self.shared = homes(shared, isUser: false)
        let present = Set(users.map(\.folder.exact))
        gone = settings.since?.users.map(\.folder).filter { !present.contains($0.exact) }.sortedByBytes() ?? []
        self.others = others
        totals = Totals(self.users + self.shared, since: settings.since)
    }

    private static func sizes(_ report: UsageReport?) -> [ExactText: Int64] {
        let homes = (report?.users ?? []) + (report?.shared ?? [])
        return Dictionary(homes.map { ($0.folder.exact, $0.diskBytes) }) { first, _ in first }
    }
}

extension UsageReport.Home {
    fileprivate init(_ usage: HomeUsage, all: Int64, settings: UsageSettings, date: Date, isUser: Bool) {
        folder = usage.folder
        diskBytes = usage.disk
        apparentBytes = usage.apparent
        files = usage.files
        // Files can have any time; reports have years of four digits.
        lastUse = usage.lastUse.map { Date(timeIntervalSince1970: TimeInterval(min(max($0, 0), 253_402_300_799))) }
        share = all > 0 ? Double(usage.disk) / Double(all) : 0
        quotaUse = isUser ? settings.quota.map { Double(usage.disk) / Double($0) } : nil
        isOverQuota = isUser && settings.quota.map { usage.disk > $0 } ?? false
        let idle = lastUse.map { Int(max(0, date.timeIntervalSince($0) / 86_400)) }
        idleDays = idle
        // A home in which nothing was ever made is as idle as can be.
        isIdle = isUser && !usage.isGone && settings.idleDays.map { (idle ?? .max) >= $0 } ?? false
        isNew = false
        unreadable = usage.unreadable
        unreadableCount = usage.unreadableCount
        vanished = usage.isGone
    }

    fileprivate mutating func compare(_ old: Int64?, _ before: Date, _ now: Date) {
        guard let old else {
            isNew = true
            return
        }
        growthBytes = diskBytes - old
        let days = now.timeIntervalSince(before) / 86_400
        if days > 1.0 / 24 { growthBytesIn30Days = Int64(exactly: (Double(diskBytes - old) / days * 30).rounded()) }
    }
}

extension UsageReport.Totals {
    fileprivate init(_ homes: [UsageReport.Home], since: UsageReport?) {
        folders = homes.count
        diskBytes = homes.reduce(0) { $0 + $1.diskBytes }
        apparentBytes = homes.reduce(0) { $0 + $1.apparentBytes }
        files = homes.reduce(0) { $0 + $1.files }
        overQuota = homes.count(where: \.isOverQuota)
        idle = homes.count(where: \.isIdle)
        idleDiskBytes = homes.filter(\.isIdle).reduce(0) { $0 + $1.diskBytes }
        growthBytes = since.map { diskBytes - $0.totals.diskBytes }
    }
}
