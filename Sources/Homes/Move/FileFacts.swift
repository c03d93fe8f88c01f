import Foundation

/// The facts about a file, a folder or a link that a move compares and keeps.
struct FileFacts: Equatable {
    /// The kinds of things in a home.
    enum Kind: String, Equatable {
        case folder, file, link, special
    }

    var kind: Kind
    var size: Int64
    /// The lowest twelve bits of the mode.
    var mode: UInt32
    /// Nanoseconds since 1970.
    var modified: Int64
    var user: UInt32
    var group: UInt32
    var allocated: Int64
    /// The disk and the number there, which tell it from all others.
    let place: Place
    /// The number of the disk that it is on.
    var disk: UInt64 { place.disk }

    /// The disk that a thing is on, and its number there.
    struct Place: Equatable {
        let disk: UInt64
        let number: UInt64
    }

    init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFDIR: .folder
            case S_IFREG: .file
            case S_IFLNK: .link
            default: .special
            }
        size = Int64(status.st_size)
        mode = UInt32(status.st_mode & 0o7777)
        modified = Self.nanoseconds(status.st_mtim)
        user = status.st_uid
        group = status.st_gid
        allocated = Int64(status.st_blocks) * 512
        place = Place(disk: UInt64(status.st_dev), number: UInt64(status.st_ino))
    }

    /// The times of two centuries fit; others become the nearest that does.
    private static func nanoseconds(_ time: timespec) -> Int64 {
        let (whole, isTooMuch) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        if isTooMuch { return time.tv_sec < 0 ? .min : .max }
        let (all, isAlso) = whole.addingReportingOverflow(Int64(time.tv_nsec))
        return isAlso ? .max : all
    }

    /// The facts about what is open.
    static func of(_ descriptor: Int32) throws(SystemError) -> FileFacts {
        var status = stat()
        try SystemCall.check("fstat", fstat(descriptor, &status))
        return FileFacts(status)
    }
}
