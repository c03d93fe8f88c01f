import Foundation

/// Walks a home: every folder, file and link, each folder before what it holds, in the order of the names' bytes.
///
/// Links are not followed, and each folder is opened through the one above it.
package struct HomeWalk {
    /// A step of the walk.
    package enum Found: Sendable, Equatable {
        case entry(HomeEntry)
        case problem(HomeProblem)
    }

    /// A folder on the way, and the next of its names.
    private struct Frame {
        let path: [UInt8]
        let names: NameList
        var next = 0
    }

    /// The longest path, in bytes. Programs of Linux take 4,096; anybody can make longer ones, and a scan of folders
    /// in folders without end would fill the disk that keeps it.
    package static let longestPath = 16_384
    /// The most bytes of all files together: 4 PiB. Files of holes can have any size, and sums must not overflow.
    package static let mostBytes: Int64 = 1 << 52

    private let chain: FolderChain
    private let foreignFiles: ForeignFiles
    private let user: UInt32
    /// Permissions of the home itself: the lowest twelve bits of its mode.
    let permissions: UInt32

    /// - Parameters:
    ///   - home: its path.
    ///   - user: whom this process acts as.
    /// - Throws: `HomeError.notAFolder` when there is none at the path.
    package init(_ home: String, as user: ProcessUser = .current) throws {
        self.user = user.user
        chain = try FolderChain(home)
        foreignFiles = ForeignFiles(home: chain.root, user)
        var status = stat()
        permissions = fstat(chain.root, &status) == 0 ? UInt32(status.st_mode) & 0o7777 : 0o755
        Self.allowDescriptors()
    }

    /// Hands out all that is there.
    ///
    /// - Throws: `CancellationError`, `HomeError.shortage`, and what `visit` throws.
    package func run(_ visit: (Found) throws -> Void) throws {
        var frames: [Frame] = []
        var bytes: Int64 = 0
        try enter([], &frames, visit)
        while let top = frames.indices.last {
            try Task.checkCancellation()
            guard frames[top].next < frames[top].names.count else {
                frames.removeLast()
                continue
            }
            let name = frames[top].names[frames[top].next]
            frames[top].next += 1
            let found = try look(name, in: frames[top].path, room: Self.mostBytes - bytes)
            try visit(found)
            guard case .entry(let entry) = found else { continue }
            bytes += entry.size
            if entry.kind == .directory { try enter(entry.path, &frames, visit) }
        }
    }

    private func enter(_ path: [UInt8], _ frames: inout [Frame], _ visit: (Found) throws -> Void) throws {
        do throws(SystemError) {
            frames.append(Frame(path: path, names: try NameList(chain.folder(path[...]))))
        } catch {
            try Shortage.check(error)
            try visit(.problem(HomeProblem(path: path, reason: .unreadable)))
        }
    }

    /// `room`: what a file may have, in bytes.
    private func look(_ name: ArraySlice<UInt8>, in parent: [UInt8], room: Int64) throws -> Found {
        let path = parent.isEmpty ? Array(name) : parent + [0x2F] + name
        func problem(_ reason: HomeProblem.Reason) -> Found { .problem(HomeProblem(path: path, reason: reason)) }
        guard path.count <= Self.longestPath else { return problem(.pathTooLong) }
        let (folder, status): (Int32, stat)
        do throws(SystemError) {
            folder = try chain.folder(parent[...])
            status = try FolderChain.status(of: name, in: folder)
        } catch {
            try Shortage.check(error)
            return problem(error.isGone ? .vanished : .unreadable)
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .entry(HomeEntry(path: path, kind: .directory, status: status))
        case S_IFREG:
            guard isReadable(status) || CString.with(name, { faccessat(folder, $0, R_OK, AT_EACCESS) }) == 0 else {
                return problem(.unreadable)
            }
            guard !foreignFiles.include(status) else { return problem(.foreign) }
            guard Int64(status.st_size) <= room else { return problem(.tooLarge) }
            return .entry(HomeEntry(path: path, kind: .file(size: Int64(status.st_size)), status: status))
        case S_IFLNK:
            guard let target = try? SymbolicLink.target(of: name, in: folder) else { return problem(.vanished) }
            return .entry(HomeEntry(path: path, kind: .link(target: target), status: status))
        default: return problem(.special)
        }
    }

    /// Whether nothing more need be asked: an owner's own permissions are all that counts for the owner.
    private func isReadable(_ status: stat) -> Bool { status.st_uid == user && status.st_mode & S_IRUSR != 0 }

    /// Downloads and walks at once need more descriptors than the usual 1,024.
    private static func allowDescriptors() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max
        else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
