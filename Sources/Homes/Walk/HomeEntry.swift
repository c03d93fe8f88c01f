import Foundation

/// One thing in a home directory, as it was when the home was scanned.
package struct HomeEntry: Sendable, Equatable {
    /// The kinds of things in a home.
    package enum Kind: Sendable, Equatable {
        case directory
        /// Its size in bytes.
        case file(size: Int64)
        /// The target of a link, as it is written; never followed.
        case link(target: [UInt8])
    }

    /// Relative to the home, with `/` between names. Bytes: names need not be UTF-8.
    package let path: [UInt8]
    package let kind: Kind
    /// Permissions, set-user-id and the like: the lowest twelve bits of the mode.
    package let permissions: UInt32
    /// Last change of the contents, in whole seconds since 1970; negative before.
    package let modified: Int64
    /// Changes whenever the file is written to or replaced.
    package let version: FileVersion
    /// Bytes that it takes on the disk; less than its size when it has holes.
    package let allocated: Int64

    package init(
        path: [UInt8], kind: Kind, permissions: UInt32, modified: Int64, version: FileVersion, allocated: Int64 = 0
    ) {
        self.path = path
        self.kind = kind
        self.permissions = permissions
        self.modified = modified
        self.version = version
        self.allocated = allocated
    }

    package var size: Int64 {
        if case .file(let size) = kind { size } else { 0 }
    }

    package var isFile: Bool {
        if case .file = kind { true } else { false }
    }

    /// The path for people: what is not UTF-8 is shown as `%XX`.
    package var shownPath: String { ByteText.readable(path) }

    /// The path for people, as UTF-8.
    var shownBytes: [UInt8] { ByteText.readableBytes(path) }
}

extension HomeEntry {
    init(path: [UInt8], kind: Kind, status: stat) {
        self.init(
            path: path, kind: kind, permissions: UInt32(status.st_mode & 0o7777),
            modified: Int64(status.st_mtim.tv_sec), version: FileVersion(status),
            allocated: Int64(status.st_blocks) * 512)
    }
}
