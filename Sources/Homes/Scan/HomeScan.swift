import Foundation

/// What is in a home: every folder, file and link, in the order of their names' bytes, and what cannot be kept.
///
/// Nothing is followed: a link is kept as a link, and each folder is opened through the one above it, so that a path
/// that changes while it is walked never leads out of the home.
package struct HomeScan: Sendable, Equatable {
    package let entries: [HomeEntry]
    package let problems: [HomeProblem]

    package init(entries: [HomeEntry], problems: [HomeProblem]) {
        self.entries = entries
        self.problems = problems
    }

    /// Bytes of all files.
    package var totalBytes: Int64 { entries.reduce(0) { $0 + $1.size } }

    /// Walks a home.
    ///
    /// - Throws: `HomeError.notAFolder` when there is none at the path, and `CancellationError`.
    package init(of home: String) throws {
        let root = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard root >= 0 else { throw HomeError.notAFolder(home, reason: String(cString: strerror(errno))) }
        var walk = Walk()
        try walk.folder(root, path: [])
        self.init(entries: walk.entries, problems: walk.problems)
    }

    private struct Walk {
        var entries: [HomeEntry] = []
        var problems: [HomeProblem] = []

        /// Takes over the descriptor.
        mutating func folder(_ descriptor: Int32, path: [UInt8]) throws {
            guard let names = Self.names(descriptor) else {
                problems.append(HomeProblem(path: path, reason: .unreadable))
                return
            }
            defer { close(descriptor) }
            try Task.checkCancellation()
            for name in names { try thing(name, in: descriptor, path: path.isEmpty ? name : path + [0x2F] + name) }
        }

        private mutating func thing(_ name: [UInt8], in folder: Int32, path: [UInt8]) throws {
            let cName = name.map { CChar(bitPattern: $0) } + [0]
            var status = stat()
            guard fstatat(folder, cName, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
                problems.append(HomeProblem(path: path, reason: errno == ENOENT ? .vanished : .unreadable))
                return
            }
            func entry(_ kind: HomeEntry.Kind) -> HomeEntry { HomeEntry(path: path, kind: kind, status: status) }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                entries.append(entry(.directory))
                let child = openat(folder, cName, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                if child >= 0 {
                    try self.folder(child, path: path)
                } else {
                    problems.append(HomeProblem(path: path, reason: .unreadable))
                }
            case S_IFREG:
                if faccessat(folder, cName, R_OK, AT_EACCESS) == 0 {
                    entries.append(entry(.file(size: Int64(status.st_size))))
                } else {
                    problems.append(HomeProblem(path: path, reason: .unreadable))
                }
            case S_IFLNK:
                if let target = Self.target(cName, in: folder) {
                    entries.append(entry(.link(target: target)))
                } else {
                    problems.append(HomeProblem(path: path, reason: .vanished))
                }
            default: problems.append(HomeProblem(path: path, reason: .special))
            }
        }

        /// The names in a folder, sorted; nil when it cannot be read. Closes the descriptor then.
        private static func names(_ descriptor: Int32) -> [[UInt8]]? {
            // The stream owns its descriptor, and the folder is still needed.
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
            guard copy >= 0, let stream = fdopendir(copy) else {
                if copy >= 0 { close(copy) }
                close(descriptor)
                return nil
            }
            defer { closedir(stream) }
            var names: [[UInt8]] = []
            while let item = readdir(stream) {
                let name = withUnsafePointer(to: &item.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: UInt8.self, capacity: 256) { bytes in
                        Array(
                            UnsafeBufferPointer(
                                start: bytes, count: strlen(UnsafeRawPointer(bytes).assumingMemoryBound(to: CChar.self))
                            ))
                    }
                }
                if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
            }
            return names.sorted { $0.lexicographicallyPrecedes($1) }
        }

        private static func target(_ name: [CChar], in folder: Int32) -> [UInt8]? {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlinkat(folder, name, &buffer, buffer.count)
            return count < 0 ? nil : buffer[..<count].map { UInt8(bitPattern: $0) }
        }
    }
}

extension HomeEntry {
    fileprivate init(path: [UInt8], kind: Kind, status: stat) {
        self.init(
            path: path, kind: kind, permissions: UInt32(status.st_mode & 0o7777),
            modified: Int64(status.st_mtim.tv_sec),
            version: FileVersion(status))
    }
}

extension FileVersion {
    init(_ status: stat) {
        self.init(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino),
            changed: Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec))
    }
}

/// Why nothing can be done with a home or an archive at all.
package enum HomeError: Error, Equatable, CustomStringConvertible {
    case notAFolder(String, reason: String)
    case notAnArchive(String, reason: String)
    case notWritten(String, reason: String)

    package var description: String {
        switch self {
        case .notAFolder(let path, let reason): "\(path) is no home that can be read: \(reason)"
        case .notAnArchive(let path, let reason): "\(path) is no archive of a home: \(reason)"
        case .notWritten(let path, let reason): "\(path) cannot be written: \(reason)"
        }
    }
}
