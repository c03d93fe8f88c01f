import Foundation

/// Writes below one folder, never through a link: each file beside its place, and renamed when it is whole.
final class ImportWriter {
    enum State: Sendable {
        case missing, same, other
        /// A folder stands where something else belongs, or the other way round, also above it.
        case blocked
    }

    /// What is at the place of an item.
    struct Found {
        var state: State
        /// What it takes on the disk.
        var allocated: UInt64 = 0
    }

    private let chain: FolderChain
    private let target: String
    private let account: HomeOwner?
    private let part = ImportPart()
    /// Their modes and times come last: a folder that must not be written to still gets its files.
    private var folders: [ImportItem] = []

    /// - Throws: `HomeError.notAFolder`.
    init(_ target: String, account: HomeOwner?) throws {
        self.target = target
        self.account = account
        chain = try FolderChain(target)
    }

    /// What is there already.
    func look(at item: ImportItem) -> Found {
        let (parent, name) = FolderChain.split(item.path)
        let folder = chain.folder(parent)
        guard folder >= 0 else {
            switch errno {
            case ENOENT: return Found(state: .missing)
            case ENOTDIR, ELOOP: return Found(state: .blocked)
            default: return Found(state: .other)
            }
        }
        var found = Found(state: .missing)
        var status = stat()
        if CString.with(name, { fstatat(folder, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 {
            found.allocated = UInt64(status.st_blocks) * 512
            let isBlocked = (item.member.kind == .folder) != (status.st_mode & S_IFMT == S_IFDIR)
            found.state = isBlocked ? .blocked : isSame(item, status, folder, name) ? .same : .other
        } else if errno != ENOENT {
            found.state = .other
        }
        return found
    }

    /// Whether something is there as it should be; of a file, all but its contents.
    private func isSame(_ item: ImportItem, _ status: stat, _ folder: Int32, _ name: ArraySlice<UInt8>) -> Bool {
        switch (item.member.kind, status.st_mode & S_IFMT) {
        case (.folder, S_IFDIR): return true
        case (.file, S_IFREG):
            return UInt64(status.st_size) == item.member.size
                && Int64(status.st_mtim.tv_sec) == item.member.modified
                && UInt32(status.st_mode) & 0o777 == item.member.permissions & 0o777
        case (.link(let target), S_IFLNK): return SymbolicLink.target(of: name, in: folder) == target
        case (.hardLink(let target), _):
            let (parent, name) = FolderChain.split(target)
            let folder = chain.folder(parent)
            var other = stat()
            let isThere = folder >= 0 && CString.with(name, { fstatat(folder, $0, &other, AT_SYMLINK_NOFOLLOW) }) == 0
            return isThere && (other.st_dev, other.st_ino) == (status.st_dev, status.st_ino)
        default: return false
        }
    }

    /// Whether a file that is there has the contents of its member.
    ///
    /// - Throws: `MemberFault`, `HomeError.notAnArchive`, `CancellationError`.
    func hasContents(_ item: ImportItem, _ contents: MemberContents) throws -> Bool {
        // Not to wait for the other end of a fifo that came in its place.
        let number = chain.open(item.path, flags: O_RDONLY | O_NONBLOCK)
        guard number >= 0 else { return false }
        let file = Descriptor(number)
        var (place, isSame) = (UInt64(0), true)
        // To the end also when they differ: the next member begins there.
        try contents { piece in
            guard isSame else { return }
            let there = try? file.read(upTo: piece.count, at: place, path: path(item.path))
            isSame = there?.withUnsafeBytes { $0.elementsEqual(piece) } ?? false
            place += UInt64(piece.count)
        }
        return isSame && place == item.member.size
    }

    func makeFolder(_ item: ImportItem) throws {
        _ = try folder(item.path[...])
        folders.append(item)
    }

    func writeFile(_ item: ImportItem, _ contents: MemberContents, _ told: @escaping (Int) -> Void) throws {
        let (parent, name) = FolderChain.split(item.path)
        let folder = try folder(parent)
        let part = part.name
        let number = CString.with(part) {
            openat(folder, $0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }
        guard number >= 0 else { throw failure(item.path) }
        let file = Descriptor(number)
        do {
            var sparse = SparseWriting(file, path: path(item.path))
            try contents { piece in
                try sparse.write(piece)
                told(piece.count)
            }
            try sparse.finish()
            try settle(file.number, item)
            let isDone = CString.with(part) { old in CString.with(name) { renameat(folder, old, folder, $0) } } == 0
            guard isDone else { throw failure(item.path) }
        } catch {
            _ = CString.with(part) { unlinkat(folder, $0, 0) }
            if let fault = error as? MemberFault { throw HomeError.notAnArchive(path(item.path), reason: fault.what) }
            throw error
        }
    }

    /// Makes a link of either kind.
    ///
    /// - Returns: why it is left out; nil when it is there.
    func makeLink(_ item: ImportItem, keepsOuterLinks: Bool) throws -> String? {
        switch item.member.kind {
        case .link(let target): try makeSymbolicLink(item, target)
        case .hardLink(let target):
            // What it is a name of may have been written anew.
            if look(at: item).state == .same { return nil }
            if let reason = refusal(of: target, item, keepsOuterLinks) { return reason }
            try makeHardLink(item, target)
        default: break
        }
        return nil
    }

    private func makeSymbolicLink(_ item: ImportItem, _ target: [UInt8]) throws {
        let (parent, name) = FolderChain.split(item.path)
        let folder = try folder(parent)
        clear(name, in: folder)
        let isMade = CString.with(target) { target in CString.with(name) { symlinkat(target, folder, $0) } } == 0
        guard isMade else { throw failure(item.path) }
        var times = Self.times(item.member.modified)
        _ = CString.with(name) { utimensat(folder, $0, &times, AT_SYMLINK_NOFOLLOW) }
        if let account {
            _ = CString.with(name) { fchownat(folder, $0, account.user, account.group, AT_SYMLINK_NOFOLLOW) }
        }
    }

    /// A second name of what stands at the target, also when that is a link: it is never followed.
    private func makeHardLink(_ item: ImportItem, _ target: [UInt8]) throws {
        let (parent, name) = FolderChain.split(item.path)
        let (above, old) = FolderChain.split(target)
        _ = try folder(parent)
        // The chain's own is good until its next call only.
        let number = fcntl(chain.folder(above), F_DUPFD_CLOEXEC, 0)
        guard number >= 0 else { throw failure(item.path) }
        let source = Descriptor(number)
        let folder = try folder(parent)
        clear(name, in: folder)
        let isMade = CString.with(old) { old in CString.with(name) { linkat(source.number, old, folder, $0, 0) } } == 0
        guard isMade else { throw failure(item.path) }
    }

    /// Why nothing can be a second name of what stands at a target; nil when it can.
    private func refusal(of target: [UInt8], _ item: ImportItem, _ keepsOuterLinks: Bool) -> String? {
        let (parent, name) = FolderChain.split(target)
        let folder = chain.folder(parent)
        var status = stat()
        guard folder >= 0, CString.with(name, { fstatat(folder, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            return "its other name \(ByteText.readable(target)) is not there"
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return "it is a second name of a folder"
        case S_IFLNK where !keepsOuterLinks:
            // A link that is good in a deep folder may lead out from a higher one.
            let isInside = SymbolicLink.target(of: name, in: folder).map { ImportPlan.staysInside($0, from: item.path) }
            return isInside ?? false ? nil : "leads out of the home"
        default: return nil
        }
    }

    /// Makes room for something else; folders stay.
    private func clear(_ name: ArraySlice<UInt8>, in folder: Int32) {
        _ = CString.with(name) { unlinkat(folder, $0, 0) }
    }

    /// Removes what a killed import left.
    func remove(_ leftovers: [[UInt8]]) {
        for path in leftovers {
            let (parent, name) = FolderChain.split(path)
            let folder = chain.folder(parent)
            if folder >= 0 { clear(name, in: folder) }
        }
    }

    /// Gives folders their modes and times, the deepest first.
    func finish() throws {
        for item in folders.sorted(by: { $0.path.count > $1.path.count }) {
            let number = chain.folder(item.path[...])
            if number >= 0 { try settle(number, item) }
        }
    }

    /// The descriptor of a folder, which is made with those above it.
    private func folder(_ path: ArraySlice<UInt8>) throws -> Int32 {
        let present = chain.folder(path)
        if present >= 0 { return present }
        guard errno == ENOENT, !path.isEmpty else { throw failure(Array(path)) }
        let (parent, name) = FolderChain.split(Array(path))
        let above = try folder(parent)
        guard CString.with(name, { mkdirat(above, $0, 0o700) }) == 0 || errno == EEXIST else {
            throw failure(Array(path))
        }
        let made = chain.folder(path)
        guard made >= 0 else { throw failure(Array(path)) }
        if let account { fchown(made, account.user, account.group) }
        return made
    }

    /// Owner, mode without rights to act as somebody else, and time.
    private func settle(_ number: Int32, _ item: ImportItem) throws {
        if let account, fchown(number, account.user, account.group) != 0 { throw failure(item.path) }
        guard fchmod(number, mode_t(item.member.permissions & 0o777)) == 0 else { throw failure(item.path) }
        var times = Self.times(item.member.modified)
        guard futimens(number, &times) == 0 else { throw failure(item.path) }
    }

    private static func times(_ modified: Int64) -> [timespec] {
        [timespec](repeating: timespec(tv_sec: time_t(modified), tv_nsec: 0), count: 2)
    }

    private func path(_ path: [UInt8]) -> String { "\(target)/\(ByteText.readable(path))" }

    private func failure(_ item: [UInt8]) -> HomeError {
        .notWritten(path(item), reason: String(cString: strerror(errno)))
    }
}
