import Foundation

/// A lock that the kernel gives back when its holder ends, however it ends; the file says who holds it.
package final class FileLock: Sendable {
    private let descriptor: Int32

    /// - Parameters:
    ///   - path: the lock file; made if it is missing, never removed.
    ///   - holder: a line about the holder, shown to whoever comes second.
    /// - Throws: `FileError.held` with the line of the present holder.
    package init(path: String, holder: String) throws { descriptor = try Self.take(path, holder) }

    /// What came of an attempt to take a lock.
    package enum Attempt: Sendable {
        case taken(FileLock)
        /// Somebody else has it, with their line.
        case held(by: String)
    }

    /// Takes a lock unless somebody has it.
    /// - Throws: `FileError` when the file cannot be used.
    package static func ifFree(path: String, holder: String) throws -> Attempt {
        do {
            return .taken(try FileLock(path: path, holder: holder))
        } catch FileError.held(_, let present) {
            return .held(by: present)
        }
    }

    /// Waits for whoever has the lock, which must be a matter of moments.
    /// - Throws: `FileError.held` when it takes longer than ten seconds.
    package static func waiting(path: String) throws -> FileLock {
        let end = ContinuousClock.now + .seconds(10)
        while true {
            do {
                return try FileLock(path: path, holder: "")
            } catch FileError.held where ContinuousClock.now < end {
                usleep(2_000)
            }
        }
    }

    /// Not in the initializer: once it has a descriptor, its failure would end in `deinit`, which closes that a second time.
    private static func take(_ path: String, _ holder: String) throws -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw FileError.notWritten(path: path, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let present = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            close(descriptor)
            let holder = present.trimmingCharacters(in: .whitespacesAndNewlines)
            throw FileError.held(path: path, by: holder.isEmpty ? "held by another process" : holder)
        }
        ftruncate(descriptor, 0)
        _ = holder.withCString { pwrite(descriptor, $0, strlen($0), 0) }
        return descriptor
    }

    deinit {
        // A program that is being started has the descriptor, too, until it runs: closing alone would leave it the lock.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
