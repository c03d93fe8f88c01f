import Foundation

/// The version of a file: tells one state of it from another, also after the disk was mounted anew.
package struct FileVersion: Sendable, Equatable, Hashable {
    package let inode: UInt64
    /// Nanoseconds since 1970 of the last change of contents or metadata.
    package let changed: Int64

    package init(inode: UInt64, changed: Int64) {
        self.inode = inode
        self.changed = changed
    }
}

extension FileVersion {
    init(_ status: stat) {
        self.init(
            inode: UInt64(status.st_ino),
            changed: Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec))
    }
}
