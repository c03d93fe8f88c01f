import Foundation

/// The space that one folder of homes uses.
package struct HomeUsage: Sendable, Equatable {
    /// The folder's name for people.
    package let folder: String
    /// Bytes on the disk, with those of folders; of a file with several names once.
    package var disk: Int64 = 0
    /// The sizes of all files; a file with several names once, one with holes as if it had none.
    package var apparent: Int64 = 0
    package var files = 0
    /// The newest change of any file, in seconds since 1970; nil when there is none.
    package var lastUse: Int64?
    /// Paths that could not be looked into, for people.
    package var unreadable: [String] = []
    /// The number of paths that could not be looked into; only some are named.
    package var unreadableCount = 0
    /// Whether it was gone, or partly so, before all was measured.
    package var isGone = false

    package init(folder: String) { self.folder = folder }

    private static let named = 20

    mutating func add(unreadable path: [UInt8]) {
        unreadableCount += 1
        if unreadable.count < Self.named { unreadable.append(path.isEmpty ? "." : ByteText.readable(path)) }
    }
}
