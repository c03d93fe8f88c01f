/// One thing in a home directory, as it was when the home was scanned.
package struct HomeEntry: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case directory
        /// Its size in bytes.
        case file(size: Int64)
        /// Where it leads, as it is written; never followed.
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

    package init(path: [UInt8], kind: Kind, permissions: UInt32, modified: Int64, version: FileVersion) {
        self.path = path
        self.kind = kind
        self.permissions = permissions
        self.modified = modified
        self.version = version
    }

    package var size: Int64 {
        if case .file(let size) = kind { size } else { 0 }
    }

    /// The path for people: what is not UTF-8 is shown as `%XX`.
    package var shownPath: String { ByteText.readable(path) }
}

/// What tells one state of a file from another.
package struct FileVersion: Sendable, Equatable, Hashable {
    package let device: UInt64
    package let inode: UInt64
    /// Nanoseconds since 1970 of the last change of contents or metadata.
    package let changed: Int64

    package init(device: UInt64, inode: UInt64, changed: Int64) {
        self.device = device
        self.inode = inode
        self.changed = changed
    }
}

/// Something of a home that does not come into the archive as it is, and why.
package struct HomeProblem: Sendable, Equatable {
    package enum Reason: String, Sendable, CaseIterable {
        case unreadable
        /// A fifo, a socket or a device: there is nothing in it to keep.
        case special
        /// Its path does not fit into an archive.
        case pathTooLong
        /// It was gone, or something else, when it was to be read.
        case vanished
        /// It was longer or shorter, or was written to, while it was read.
        case changed
    }

    package let path: [UInt8]
    package let reason: Reason

    package init(path: [UInt8], reason: Reason) {
        self.path = path
        self.reason = reason
    }
}
