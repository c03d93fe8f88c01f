import Foundation

/// The folder that an import writes to, when it has to be made.
enum TargetFolder {
    /// The path itself or the nearest above it that is there.
    static func nearest(_ path: String) -> String {
        var url = Self.url(path)
        while url.path != "/", !FileManager.default.fileExists(atPath: url.path) { url.deleteLastPathComponent() }
        return url.path
    }

    /// Makes a folder and those above it. As root, each gets the owner of the one above it, but the folder itself that of
    /// the account, when there is one.
    ///
    /// - Parameters:
    ///   - path: of the folder.
    ///   - permissions: of the folder itself; those above it get 0o755.
    ///   - account: the owner of the folder itself; nil: that of the one above it.
    ///   - user: whom this process acts as.
    /// - Throws: `HomeError.notWritten`.
    static func make(_ path: String, permissions: UInt32, account: HomeOwner?, as user: ProcessUser) throws {
        let there = nearest(path)
        let names = url(path).pathComponents.dropFirst(url(there).pathComponents.count)
        let number = open(there, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw HomeError.notWritten(path, reason: SystemError("open").reason) }
        var folder = Descriptor(number)
        for (index, name) in names.enumerated() {
            let isLast = index == names.count - 1
            let account = isLast ? account : nil
            do throws(SystemError) {
                folder = try make(name, in: folder, isLast ? permissions : 0o755, account: account, as: user)
            } catch {
                throw HomeError.notWritten(path, reason: error.reason)
            }
        }
    }

    private static func make(
        _ name: String, in folder: Descriptor, _ permissions: UInt32, account: HomeOwner?, as user: ProcessUser
    ) throws(SystemError) -> Descriptor {
        var above = stat()
        try SystemCall.check("fstat", fstat(folder.number, &above))
        let isMade =
            try SystemCall.make("mkdirat", name.utf8, unless: EEXIST) { mkdirat(folder.number, $0, 0o700) } == 0
        // Who owns the folder above could put a link there meanwhile.
        let number = try SystemCall.make("openat", name.utf8) {
            openat(folder.number, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        let made = Descriptor(number)
        guard isMade else { return made }
        let heir = user.isRoot ? HomeOwner(user: above.st_uid, group: above.st_gid) : nil
        if let owner = account ?? heir {
            try SystemCall.check("fchown", fchown(number, owner.user, owner.group))
        }
        try SystemCall.check("fchmod", fchmod(number, mode_t(permissions & 0o777)))
        return made
    }

    private static func url(_ path: String) -> URL { URL(filePath: path, directoryHint: .isDirectory).standardized }
}
