import FleetTools
import Foundation

/// A folder for a scan that nobody will go on with. It goes with its owner, and what was left by a process that was killed
/// goes when the next one is made.
final class ScratchFolder {
    private static let prefix = "hubfleet-export-"

    let path: String
    private let lock: FileLock

    /// - Parameters:
    ///   - base: the folder that it is made in.
    ///   - user: whose old folders are removed.
    ///   - time: tells which of them are old.
    /// - Throws: `FileError`.
    init(
        in base: String = NSTemporaryDirectory(), as user: ProcessUser = .current, time: any TimeSource = SystemTime()
    ) throws {
        Self.sweep(base, user, now: time.now)
        path = URL(filePath: base).appending(path: Self.prefix + UUID().uuidString).path
        try FileWriting.makeFolder(path, permissions: 0o700)
        lock = try FileLock(path: path + "/lock", holder: "process \(ProcessInfo.processInfo.processIdentifier)\n")
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Removes folders of this user that nobody holds. One that was just made may have no lock yet.
    private static func sweep(_ base: String, _ user: ProcessUser, now: Date) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
        for name in names where name.hasPrefix(prefix) {
            let path = URL(filePath: base).appending(path: name).path
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == user.user,
                Int(now.timeIntervalSince1970) - status.st_mtim.tv_sec > 60,
                let lock = try? FileLock(path: path + "/lock", holder: "nobody\n")
            else { continue }
            withExtendedLifetime(lock) { try? FileManager.default.removeItem(atPath: path) }
        }
    }
}
