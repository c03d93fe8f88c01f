import Foundation

/// Writing that is never half done: a file is written beside its place and renamed.
package enum FileWriting {
    /// Writes a whole file. Its POSIX mode is 0o600, as secrets need it, unless others are given.
    /// - Throws: `FileError`, with the reason of the system.
    package static func write(_ text: String, to path: String, permissions: Int = 0o600) throws {
        try write(Array(text.utf8), to: path, permissions: permissions)
    }

    package static func write(_ bytes: [UInt8], to path: String, permissions: Int = 0o600) throws {
        try place(bytes, at: path, permissions) { temporary in rename(temporary, path) == 0 }
    }

    /// Writes a whole file unless one is there; of several who do so at once, one wins.
    /// - Returns: whether it was written.
    /// - Throws: `FileError`, with the reason of the system.
    package static func create(_ text: String, at path: String, permissions: Int = 0o600) throws -> Bool {
        var isMade = true
        try place(Array(text.utf8), at: path, permissions) { temporary in
            isMade = name(temporary, path)
            guard isMade || errno == EEXIST else { return false }
            unlink(temporary)
            return true
        }
        return isMade
    }

    /// Gives a file its name, unless something has that already. Its old name may stay, and can be removed.
    ///
    /// `folder`: the descriptor of the one that paths begin at; else the current one.
    /// Answers false with `errno` when it has not got it.
    package static func name(
        _ temporary: UnsafePointer<CChar>, _ path: UnsafePointer<CChar>, in folder: Int32 = AT_FDCWD
    ) -> Bool {
        if linkat(folder, temporary, folder, path, 0) == 0 { return true }
        // Some disks have no second names, such as memory sticks.
        guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(errno) else { return false }
        var status = stat()
        guard fstatat(folder, path, &status, AT_SYMLINK_NOFOLLOW) != 0 else {
            errno = EEXIST
            return false
        }
        return renameat(folder, temporary, folder, path) == 0
    }

    /// Writes it beside its place; `move` brings it there, or answers false with `errno`.
    private static func place(
        _ bytes: [UInt8], at path: String, _ permissions: Int, _ move: (_ temporary: String) -> Bool
    ) throws {
        let mark = String(UInt32.random(in: 0...UInt32.max), radix: 36)
        let temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier)-\(mark).new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        // It shares the lock, which says that somebody is at it, also to machines and containers with other processes.
        let keeper = file >= 0 ? dup(file) : -1
        defer { if keeper >= 0 { close(keeper) } }
        guard file >= 0, fill(file, bytes, permissions), move(temporary) else {
            let reason = String(cString: strerror(errno))
            if file >= 0 { unlink(temporary) }
            throw FileError.notWritten(path: path, reason: reason)
        }
    }

    /// Fills a new file, and closes it. Foundation would make it under yet another name first, which a process that is killed
    /// leaves.
    /// - Returns: false with `errno`.
    private static func fill(_ file: Int32, _ bytes: [UInt8], _ permissions: Int) -> Bool {
        // Where a disk has no locks, the number of the process in the name has to do.
        flock(file, LOCK_EX)
        var rest = bytes[...]
        var isWell = fchmod(file, mode_t(permissions)) == 0
        while isWell, !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else { isWell = count < 0 && errno == EINTR }
        }
        let number = errno
        let isClosed = close(file) == 0
        if !isWell { errno = number }
        return isWell && isClosed
    }

    /// Removes what processes that were killed left of files beside their places in a folder.
    ///
    /// - Parameters:
    ///   - folder: that is looked at.
    ///   - isWanted: whether it could be of a file of this name.
    package static func removeLeftovers(in folder: String, where isWanted: (_ name: Substring) -> Bool) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasSuffix(".new") {
            let parts = name.dropLast(".new".count).split(separator: ".", omittingEmptySubsequences: false)
            guard let mark = parts.last, let process = mark.split(separator: "-").first.flatMap({ Int32($0) }),
                isWanted(name.dropLast(".new".count + mark.count + 1)), kill(process, 0) != 0, errno == ESRCH
            else { continue }
            let path = "\(folder)/\(name)"
            let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard file >= 0 else { continue }
            if flock(file, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
            close(file)
        }
    }

    /// Makes a folder and those above it; an existing one gets the permissions too.
    package static func makeFolder(_ path: String, permissions: Int = 0o755) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
        } catch {
            var isFolder: ObjCBool = false
            let isOther = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
            let reason = isOther ? "a file is there, where a folder is wanted" : SystemReason.of(error)
            throw FileError.notWritten(path: path, reason: reason)
        }
    }
}

package enum FileError: Error, Equatable, CustomStringConvertible {
    case notWritten(path: String, reason: String)
    case held(path: String, by: String)

    package var description: String {
        switch self {
        case .notWritten(let path, let reason): "\(path) cannot be written: \(reason)"
        case .held(_, let holder): holder
        }
    }
}
