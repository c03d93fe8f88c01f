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
    /// `permissions`: of the folder itself; those above it get 0o755.
    /// - Throws: `HomeError.notWritten`.
    static func make(_ path: String, permissions: UInt32, account: HomeOwner?, as user: ProcessUser) throws {
        let there = nearest(path)
        let names = url(path).pathComponents.dropFirst(url(there).pathComponents.count)
        let number = open(there, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw HomeError.notWritten(path, reason: String(cString: strerror(errno))) }
        var folder = Descriptor(number)
        for (index, name) in names.enumerated() {
            let isLast = index == names.count - 1
            let made = make(
                name, in: folder, isLast ? permissions : 0o755, account: isLast ? account : nil, as: user)
            guard let made else { throw HomeError.notWritten(path, reason: String(cString: strerror(errno))) }
            folder = made
        }
    }

    /// Nil with `errno` when it cannot be had.
    private static func make(
        _ name: String, in folder: Descriptor, _ permissions: UInt32, account: HomeOwner?, as user: ProcessUser
    ) -> Descriptor? {
        var above = stat()
        guard fstat(folder.number, &above) == 0 else { return nil }
        let isMade = mkdirat(folder.number, name, 0o700) == 0
        guard isMade || errno == EEXIST else { return nil }
        // Who owns the folder above could put a link there meanwhile.
        let number = openat(folder.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard number >= 0 else { return nil }
        let made = Descriptor(number)
        guard isMade else { return made }
        let heir = user.isRoot ? HomeOwner(user: above.st_uid, group: above.st_gid) : nil
        if let owner = account ?? heir, fchown(number, owner.user, owner.group) != 0 { return nil }
        return fchmod(number, mode_t(permissions & 0o777)) == 0 ? made : nil
    }

    private static func url(_ path: String) -> URL { URL(filePath: path, directoryHint: .isDirectory).standardized }
}
