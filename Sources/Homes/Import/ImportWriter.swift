import Foundation

/// Writes folders and files below one folder, never through a link: each file beside its place, and renamed when it is
/// whole.
final class ImportWriter {
    let tree: TargetTree
    /// The owner of what is made; nil: the user of this process.
    let account: HomeOwner?
    /// Whether what is there already becomes as in the archive, folders too.
    private let replaces: Bool
    private let part = ImportPart()
    /// Folders, whose modes and times come last: one that must not be written to still gets its files.
    private var folders: [ImportItem] = []
    /// The folders that were made: those alone get modes, owners and times from the archive, since what was there before
    /// stays as it is.
    private var made: Set<[UInt8]> = []

    /// The mode of a folder that has been made and not been settled. Nothing else has it, so that after a kill the next
    /// import knows its folders: an archive's own modes never have the sticky bit.
    static let unsettled: UInt32 = 0o1700

    init(_ tree: TargetTree, account: HomeOwner?, replaces: Bool) {
        self.tree = tree
        self.account = account
        self.replaces = replaces
    }

    /// Holds folders for made that a killed import left without their modes.
    func takeOver(_ folders: [[UInt8]]) { made.formUnion(folders) }

    /// Makes a folder, which gets its mode and time at the end.
    /// - Throws: `HomeError.notWritten`.
    func makeFolder(_ item: ImportItem) throws {
        _ = try folder(item.path[...])
        folders.append(item)
    }

    /// Writes a file, which has its name only when all of it is there.
    ///
    /// - Parameters:
    ///   - item: the file.
    ///   - contents: hands out its bytes.
    ///   - told: is told the bytes of each piece.
    /// - Throws: `HomeError.notWritten`, `MemberFault`, `CancellationError`.
    func writeFile(_ item: ImportItem, _ contents: MemberContents, _ told: @escaping (Int) -> Void) throws {
        let (parent, name) = FolderChain.split(item.path)
        let folder = try folder(parent)
        let file = Descriptor(
            try call(item.path) { () throws(SystemError) in
                try SystemCall.make("openat", part.name) {
                    openat(folder, $0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
                }
            })
        do {
            var sparse = SparseWriting(file, path: tree.shown(item.path))
            try contents { piece in
                try sparse.write(piece)
                told(piece.count)
            }
            try sparse.finish()
            try settle(file.number, item)
            try call(item.path) { () throws(SystemError) in
                try SystemCall.make("renameat", name) { new in
                    CString.with(part.name) { renameat(folder, $0, folder, new) }
                }
            }
        } catch {
            remove(part.name[...], in: folder)
            throw error
        }
    }

    /// Makes room for something else; folders stay.
    func remove(_ name: ArraySlice<UInt8>, in folder: Int32) { _ = CString.with(name) { unlinkat(folder, $0, 0) } }

    /// Removes the parts that a killed import left.
    func remove(_ leftovers: [[UInt8]]) {
        for path in leftovers {
            let (parent, name) = FolderChain.split(path)
            if let folder = try? tree.chain.folder(parent) { remove(name, in: folder) }
        }
    }

    /// Gives folders their modes and times, the deepest first: those that were made, and all when that was told.
    /// - Throws: `HomeError.notWritten`.
    func finish() throws {
        var implied = made
        for item in folders.sorted(by: { $0.path.count > $1.path.count }) {
            let isMade = implied.remove(item.path) != nil
            guard isMade || replaces, let number = try? tree.chain.folder(item.path[...]) else { continue }
            try settle(number, item)
        }
        // The archive has what is in them, and not them.
        for path in implied {
            guard let number = try? tree.chain.folder(path[...]) else { continue }
            try call(path) { () throws(SystemError) in try own(number, permissions: 0o755) }
        }
    }

    /// The descriptor of a folder, which is made with those above it.
    /// - Throws: `HomeError.notWritten`.
    func folder(_ path: ArraySlice<UInt8>) throws -> Int32 {
        do throws(SystemError) { return try tree.chain.folder(path) } catch {
            guard error.number == ENOENT, !path.isEmpty else { throw tree.failure(Array(path), error) }
        }
        let (parent, name) = FolderChain.split(Array(path))
        _ = try folder(parent)
        return try call(Array(path)) { () throws(SystemError) in
            let above = try tree.chain.folder(parent)
            let result = try SystemCall.make("mkdirat", name, unless: EEXIST) {
                mkdirat(above, $0, mode_t(Self.unsettled))
            }
            if result == 0 { made.insert(Array(path)) }
            return try tree.chain.folder(path)
        }
    }

    /// Makes calls of the system about an item.
    /// - Throws: `HomeError.notWritten`.
    @discardableResult
    func call<Result>(_ item: [UInt8], _ body: () throws(SystemError) -> Result) throws -> Result {
        do throws(SystemError) { return try body() } catch { throw tree.failure(item, error) }
    }

    /// Owner, mode without rights to act as somebody else, and time.
    private func settle(_ number: Int32, _ item: ImportItem) throws {
        try call(item.path) { () throws(SystemError) in
            try own(number, permissions: item.member.permissions & 0o777)
            var times = Self.times(item.member.modified)
            try SystemCall.check("futimens", futimens(number, &times))
        }
    }

    private func own(_ number: Int32, permissions: UInt32) throws(SystemError) {
        if let account { try SystemCall.check("fchown", fchown(number, account.user, account.group)) }
        try SystemCall.check("fchmod", fchmod(number, mode_t(permissions)))
    }

    /// The time of the last change, for the system's calls.
    static func times(_ modified: Int64) -> [timespec] {
        [timespec](repeating: timespec(tv_sec: time_t(modified), tv_nsec: 0), count: 2)
    }
}
