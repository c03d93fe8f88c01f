import Foundation

/// A home that is being moved: both sides of it, its journal, and what came of it so far. All acts of the move share it.
final class MovedHome {
    let settings: MoveSettings
    let source: MoveSide
    let target: MoveSide
    let journal: MoveJournal
    var result: MoveResult.Home
    /// Folders of the home in which something was changed.
    private(set) var touched: Set<[UInt8]> = []

    /// - Throws: `HomeError`, `MoveError`.
    init(_ home: MoveNames.Home, _ settings: MoveSettings) throws {
        self.settings = settings
        source = try MoveSide(settings.from, home: home.folder)
        target = try MoveSide(settings.to, home: home.target)
        result = MoveResult.Home(home)
        journal = try MoveJournal(home, settings)
    }

    /// Notes that something is changed at a path.
    func touch(_ path: [UInt8]) { touched.insert(Array(FolderChain.split(path).parent)) }

    /// The descriptor of the folder on the target that holds a path, and the name there. Its owner may write into it.
    func writableParent(of path: [UInt8]) throws(SystemError) -> (folder: Int32, name: ArraySlice<UInt8>) {
        let (folder, name) = try target.parent(of: path)
        if !settings.user.isRoot, let facts = try? FileFacts.of(folder), facts.user == settings.user.user,
            facts.mode & 0o300 != 0o300
        {
            fchmod(folder, facts.mode | 0o700)
        }
        return (folder, name)
    }

    /// Removes something from the target.
    ///
    /// - Returns: whether it is gone.
    @discardableResult
    func remove(_ path: [UInt8], _ kind: FileFacts.Kind) -> Bool {
        guard (try? target.parent(of: path)) != nil else { return false }
        touch(path)
        let isFolder = kind == .folder
        if isFolder { target.chain.forget() }
        guard let (folder, name) = try? target.parent(of: path) else { return false }
        return CString.with(name) { unlinkat(folder, $0, isFolder ? AT_REMOVEDIR : 0) } == 0
    }

    /// Lists what could not be done; a full or broken disk ends the home.
    ///
    /// - Throws: `MoveFailure.disk`.
    func refuse(_ path: [UInt8], _ what: String, _ error: SystemError) throws {
        if [ENOSPC, EDQUOT, EROFS, EIO, ESTALE].contains(error.number) {
            throw MoveFailure.disk(what: what, error)
        }
        result.conflict(path, "\(what): \(error.reason)")
    }
}
