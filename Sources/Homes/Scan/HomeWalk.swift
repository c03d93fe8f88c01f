import Foundation

/// Walks a home: every folder, file and link, each folder before what it holds, in the order of the names' bytes.
///
/// Nothing is followed: a link is a link, and each folder is opened through the one above it.
package struct HomeWalk {
    package enum Found: Sendable, Equatable {
        case entry(HomeEntry)
        case problem(HomeProblem)
    }

    private struct Frame {
        let path: [UInt8]
        let names: NameList
        var next = 0
    }

    private let chain: FolderChain
    private let owner: uid_t
    private let isRoot = geteuid() == 0

    /// - Throws: `HomeError.notAFolder` when there is none at the path.
    package init(_ home: String) throws {
        chain = try FolderChain(home)
        var status = stat()
        owner = fstat(chain.folder([]), &status) == 0 ? status.st_uid : 0
        Self.allowDescriptors()
    }

    /// Hands out all that is there.
    ///
    /// - Throws: `CancellationError`, and what `visit` throws.
    package func run(_ visit: (Found) throws -> Void) throws {
        var frames: [Frame] = []
        try enter([], &frames, visit)
        while let top = frames.indices.last {
            try Task.checkCancellation()
            guard frames[top].next < frames[top].names.count else {
                frames.removeLast()
                continue
            }
            let name = frames[top].names[frames[top].next]
            frames[top].next += 1
            let found = look(name, in: frames[top].path)
            try visit(found)
            if case .entry(let entry) = found, entry.kind == .directory { try enter(entry.path, &frames, visit) }
        }
    }

    private func enter(_ path: [UInt8], _ frames: inout [Frame], _ visit: (Found) throws -> Void) throws {
        let folder = chain.folder(path[...])
        if folder >= 0, let names = NameList(folder) {
            frames.append(Frame(path: path, names: names))
        } else {
            try visit(.problem(HomeProblem(path: path, reason: .unreadable)))
        }
    }

    private func look(_ name: ArraySlice<UInt8>, in parent: [UInt8]) -> Found {
        let path = parent.isEmpty ? Array(name) : parent + [0x2F] + name
        func problem(_ reason: HomeProblem.Reason) -> Found { .problem(HomeProblem(path: path, reason: reason)) }
        let folder = chain.folder(parent[...])
        var status = stat()
        guard folder >= 0, CString.with(name, { fstatat(folder, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            return problem(errno == ENOENT || errno == ENOTDIR ? .vanished : .unreadable)
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .entry(HomeEntry(path: path, kind: .directory, status: status))
        case S_IFREG:
            guard CString.with(name, { faccessat(folder, $0, R_OK, AT_EACCESS) }) == 0 else {
                return problem(.unreadable)
            }
            guard !isForeign(status) else { return problem(.foreign) }
            return .entry(HomeEntry(path: path, kind: .file(size: Int64(status.st_size)), status: status))
        case S_IFLNK:
            guard let target = Self.target(name, in: folder) else { return problem(.vanished) }
            return .entry(HomeEntry(path: path, kind: .link(target: target), status: status))
        default: return problem(.special)
        }
    }

    /// Root can read everything, the home's owner cannot: a second name of somebody's file is no way to its contents.
    private func isForeign(_ status: stat) -> Bool {
        isRoot && owner != 0 && status.st_uid != owner && status.st_nlink > 1 && status.st_mode & S_IROTH == 0
    }

    private static func target(_ name: ArraySlice<UInt8>, in folder: Int32) -> [UInt8]? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = CString.with(name) { readlinkat(folder, $0, &buffer, Int(PATH_MAX)) }
        return count < 0 ? nil : buffer[..<count].map { UInt8(bitPattern: $0) }
    }

    /// Downloads and walks at once need more descriptors than the usual 1,024.
    private static func allowDescriptors() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max
        else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

extension HomeEntry {
    init(path: [UInt8], kind: Kind, status: stat) {
        self.init(
            path: path, kind: kind, permissions: UInt32(status.st_mode & 0o7777),
            modified: Int64(status.st_mtim.tv_sec), version: FileVersion(status),
            allocated: Int64(status.st_blocks) * 512)
    }
}

extension FileVersion {
    init(_ status: stat) {
        self.init(
            inode: UInt64(status.st_ino),
            changed: Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec))
    }
}
