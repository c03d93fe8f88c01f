import Foundation

extension HomeMover {
    /// What is to be done with one thing.
    enum Verdict: Equatable {
        case same, new, changed
        case conflict(String)
    }

    /// - Parameters:
    ///   - path: in the home.
    ///   - source: what is to be there.
    ///   - there: what is there now; nil: nothing.
    /// - Returns: whether it is there, is to be written, or must not be.
    func verdict(_ path: [UInt8], _ source: FileFacts, _ there: FileFacts?) -> Verdict {
        guard let there else { return .new }
        if source.kind == .folder, there.kind == .folder { return .same }
        if there.kind == .folder { return .conflict("a folder is in its place on the target") }
        if source.kind == there.kind, isSame(path, expected(source), there) { return .same }
        if settings.replaces || journal.isOurs(path, there) { return .changed }
        return .conflict(
            journal.hasWritten(path)
                ? "it was changed on the target since it was moved there" : "the target has another one already")
    }

    private func isSame(_ path: [UInt8], _ wanted: FileFacts, _ there: FileFacts) -> Bool {
        guard wanted.size == there.size, FileTime.isSame(wanted.modified, kept: there.modified),
            wanted.kind == .link || wanted.mode == there.mode,
            !settings.isRoot || wanted.user == there.user && wanted.group == there.group
        else { return false }
        return wanted.kind != .link || linkTarget(sourcePath(path), source) == linkTarget(targetPath(path), target)
    }

    private func linkTarget(_ path: [UInt8], _ chain: FolderChain) -> [UInt8]? {
        let (parent, name) = FolderChain.split(path)
        return SymbolicLink.target(of: name, in: chain.folder(parent))
    }

    /// Takes away unfinished files of earlier runs, and lists or removes what is gone on the source.
    func tidy() throws {
        var gone: [(path: [UInt8], kind: FileFacts.Kind)] = []
        var leftovers: [[UInt8]] = []
        try HomeWalk(settings.to + "/" + String(decoding: to, as: UTF8.self)).run { found in
            guard case .entry(let entry) = found, let there = FileFacts.of(targetPath(entry.path), in: target) else {
                return
            }
            let name = FolderChain.split(entry.path).name
            if TemporaryName.isOne(name), there.kind != .folder, !journal.hasWritten(entry.path) {
                leftovers.append(entry.path)
            } else if isGone(entry.path, there), journal.isOurs(entry.path, there) {
                gone.append((entry.path, there.kind))
            }
        }
        for path in leftovers { remove(path, .file) }
        guard settings.isFinal else {
            for (path, _) in gone { result.isGone(path) }
            return
        }
        if isEmpty, !gone.isEmpty {
            throw MoveFailure(
                "the source has nothing in it any more, and \(gone.count) things on the target would be removed; is it "
                    + "mounted? Remove them by hand if that is meant", error: ENOENT)
        }
        for (path, kind) in gone.reversed() where remove(path, kind) {
            try journal.removed(path)
            result.removed += 1
        }
        target.forget()
    }

    /// Whether the source has nothing there, or a file where the target has a folder.
    private func isGone(_ path: [UInt8], _ there: FileFacts) -> Bool {
        if let facts = FileFacts.of(sourcePath(path), in: source) {
            return there.kind == .folder && facts.kind != .folder && facts.kind != .special
        }
        return errno == ENOENT || errno == ENOTDIR || errno == ELOOP
    }

    @discardableResult
    func remove(_ path: [UInt8], _ kind: FileFacts.Kind) -> Bool {
        let (parent, name) = FolderChain.split(targetPath(path))
        let folder = target.folder(parent)
        guard folder >= 0 else { return false }
        touch(path)
        let isFolder = kind == .folder
        if isFolder { target.forget() }
        let again = isFolder ? target.folder(parent) : folder
        return CString.with(name) { unlinkat(again, $0, isFolder ? AT_REMOVEDIR : 0) } == 0
    }
}
