import Foundation

/// Tells files of others. Root can read everything, the home's owner cannot: a second name of somebody's file is no way to
/// its contents.
struct ForeignFiles {
    private let owner: uid_t
    private let isRoot: Bool

    /// - Parameters:
    ///   - home: the descriptor of the home.
    ///   - user: whom this process acts as.
    init(home: Int32, _ user: ProcessUser) {
        isRoot = user.isRoot
        var status = stat()
        owner = fstat(home, &status) == 0 ? status.st_uid : 0
    }

    /// Whether a file of the home is one that its owner could not read.
    func include(_ status: stat) -> Bool {
        isRoot && owner != 0 && status.st_uid != owner && status.st_nlink > 1 && status.st_mode & S_IROTH == 0
    }
}
