import FleetTools
import Foundation

/// Keeps a second import out of a folder. The kernel gives it back when its holder ends, however it ends.
///
/// Where a file system has no such locks for folders, as NFS, there is none: each import then still writes parts of its
/// own, and never gives another's a name.
final class TargetLock {
    let folder: Descriptor

    /// - Throws: `FileError.held`, `HomeError.notAFolder`.
    init(_ path: String) throws {
        let number = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw HomeError.notAFolder(path, reason: SystemError("open").reason) }
        folder = Descriptor(number)
        if flock(number, LOCK_EX | LOCK_NB) != 0, SystemError("flock").number == EWOULDBLOCK {
            throw FileError.held(path: path, by: "another process imports into \(path); try again when it is done")
        }
    }

    // A program that is being started has the descriptor, too, until it runs: closing alone would leave it the lock.
    deinit { flock(folder.number, LOCK_UN) }
}
