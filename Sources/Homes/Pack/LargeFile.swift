import FleetTools
import Foundation

/// A file that is hashed while others are still being given: SHA-256 of one file cannot be split between two threads.
struct LargeFile: Sendable {
    /// Smaller ones are read once, for their section.
    static let smallest: Int64 = 1 << 19

    let entry: HomeEntry
    /// Its number among the files.
    let index: Int
    /// The bytes of all files before it.
    let before: Int64

    /// Nil for a file that is not worth it: it is read twice, the second time from memory as a rule. Nil, too, for one that
    /// was written to just now and may be again: it is hashed as it is given.
    init?(_ entry: HomeEntry, data: [Range<Int64>]?, index: Int, before: Int64, _ time: any TimeSource) {
        guard entry.size > Self.smallest, data == nil else { return nil }
        let quiet = Int64((time.now.timeIntervalSince1970 - 2) * 1e9)
        guard entry.version.changed < quiet else { return nil }
        self.entry = entry
        self.index = index
        self.before = before
    }
}
