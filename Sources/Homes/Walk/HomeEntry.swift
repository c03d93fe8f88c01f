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

    /// The same as UTF-8.
    var shownBytes: [UInt8] { ByteText.readableBytes(path) }
}

/// What tells one state of a file from another, also after the disk was mounted anew.
package struct FileVersion: Sendable, Equatable, Hashable {
    package let inode: UInt64
    /// Nanoseconds since 1970 of the last change of contents or metadata.
    package let changed: Int64

    package init(inode: UInt64, changed: Int64) {
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
        /// It belongs to somebody else, and only an administrator could read it.
        case foreign
        /// With it, the sizes of all files would be more than anybody can store.
        case tooLarge
    }

    package let path: [UInt8]
    package let reason: Reason

    package init(path: [UInt8], reason: Reason) {
        self.path = path
        self.reason = reason
    }

    /// The path for people.
    package var shownPath: String { path.isEmpty ? "." : ByteText.readable(path) }

    /// What became of it, for people.
    package var explanation: String {
        switch reason {
        case .unreadable: "left out, because it cannot be read"
        case .special: "left out, because it is a fifo, a socket or a device"
        case .vanished: "gone while the archive was made"
        case .pathTooLong: "left out with all that is in it, because its path is too long for archives"
        case .changed: "changed while the archive was made; the manifest says so"
        case .foreign: "left out, because it belongs to somebody else"
        case .tooLarge: "left out, because nobody can store files of such a size"
        }
    }
}
