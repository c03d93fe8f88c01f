import Foundation

/// A folder in which a program keeps what is nobody else's, such as keys.
///
/// One of this account's own is closed to all others. In a pod it is a volume, which was mounted there as root's: nobody but
/// root can change its permissions, and the group of the pod may write to it. Such a one stays as it is.
package enum PlaceForState {
    /// Makes the folder and those above it, or makes sure that the one that is there can be used.
    /// - Throws: `FileError.notWritten`, with what to do about it.
    package static func make(_ path: String) throws {
        let permissions = 0o700
        guard let status = status(of: path), isMounted(status) else {
            return try FileWriting.makeFolder(path, permissions: permissions)
        }
        if let reason = complaint(status, canWrite: access(path, W_OK | X_OK) == 0) {
            throw FileError.notWritten(path: path, reason: reason)
        }
    }

    /// The bit of folders such as /tmp, in which each has what is theirs.
    private static let sticky: mode_t = 0o1000

    /// Whether it is somebody else's folder, which this account can give no permissions.
    static func isMounted(_ status: stat, account: uid_t = geteuid()) -> Bool {
        status.st_mode & S_IFMT == S_IFDIR && account != 0 && status.st_uid != account
    }

    /// Why somebody else's folder cannot be used; nil when it can.
    static func complaint(_ status: stat, canWrite: Bool) -> String? {
        if status.st_uid != 0 {
            return "it belongs to the account \(status.st_uid), who could change what is kept there"
        }
        if status.st_mode & sticky != 0 {
            return "everybody may write there; name a folder of your own in it"
        }
        guard canWrite else {
            return "it belongs to root, and this account may not write there; in a pod, set securityContext.fsGroup"
        }
        return nil
    }

    private static func status(of path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }
}
