import Foundation

/// The folder that an import writes to, as it is there already.
struct TargetTree {
    /// The state of the place of an item.
    enum State: Sendable {
        case missing, same, other
        /// A folder stands where something else belongs, or the other way round, also above it.
        case blocked
    }

    /// A thing at the place of an item.
    struct Found {
        var state: State
        /// Bytes that it takes on the disk.
        var allocated: UInt64 = 0
    }

    let chain: FolderChain
    private let path: String

    /// - Parameter path: of the folder.
    /// - Throws: `HomeError.notAFolder`.
    init(_ path: String) throws {
        self.path = path
        chain = try FolderChain(path)
    }

    /// The path of an item, for people.
    func shown(_ item: [UInt8]) -> String { "\(path)/\(ByteText.readable(item))" }

    /// The error that an item cannot be written.
    func failure(_ item: [UInt8], _ error: SystemError) -> HomeError { .notWritten(shown(item), reason: error.reason) }

    /// Looks at the place of an item.
    func look(at item: ImportItem) -> Found {
        let (parent, name) = FolderChain.split(item.path)
        let folder: Int32
        do throws(SystemError) { folder = try chain.folder(parent) } catch {
            switch error.number {
            case ENOENT: return Found(state: .missing)
            case ENOTDIR, ELOOP: return Found(state: .blocked)
            default: return Found(state: .other)
            }
        }
        let status: stat
        do throws(SystemError) { status = try FolderChain.status(of: name, in: folder) } catch {
            return Found(state: error.number == ENOENT ? .missing : .other)
        }
        let isBlocked = (item.member.kind == .folder) != (status.st_mode & S_IFMT == S_IFDIR)
        return Found(
            state: isBlocked ? .blocked : isSame(item, status, folder, name) ? .same : .other,
            allocated: UInt64(status.st_blocks) * 512)
    }

    /// Whether something is there as it should be; of a file, all but its contents.
    private func isSame(_ item: ImportItem, _ status: stat, _ folder: Int32, _ name: ArraySlice<UInt8>) -> Bool {
        switch (item.member.kind, status.st_mode & S_IFMT) {
        case (.folder, S_IFDIR): return true
        case (.file, S_IFREG):
            return UInt64(status.st_size) == item.member.size
                && Int64(status.st_mtim.tv_sec) == item.member.modified
                && UInt32(status.st_mode) & 0o777 == item.member.permissions & 0o777
        case (.link(let target), S_IFLNK): return (try? SymbolicLink.target(of: name, in: folder)) == target
        case (.hardLink(let target), _):
            guard let other = try? chain.status(of: target) else { return false }
            return (other.st_dev, other.st_ino) == (status.st_dev, status.st_ino)
        default: return false
        }
    }

    /// Whether a file that is there has the contents of its member.
    ///
    /// - Throws: `MemberFault`, `HomeError.notAnArchive`, `CancellationError`.
    func hasContents(_ item: ImportItem, _ contents: MemberContents) throws -> Bool {
        // Not to wait for the other end of a fifo that came in its place.
        guard let number = try? chain.open(item.path, flags: O_RDONLY | O_NONBLOCK) else { return false }
        let file = Descriptor(number)
        var (place, isSame) = (UInt64(0), true)
        // To the end also when they differ: the next member begins there.
        try contents { piece in
            guard isSame else { return }
            let there = try? file.read(upTo: piece.count, at: place, path: shown(item.path))
            isSame = there?.withUnsafeBytes { $0.elementsEqual(piece) } ?? false
            place += UInt64(piece.count)
        }
        return isSame && place == item.member.size
    }
}
