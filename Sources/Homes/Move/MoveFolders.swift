import Foundation

/// Makes the folders of a home on the target, and gives them their modes and times when all is in them.
final class MoveFolders {
    private let home: MovedHome
    private var folders: [(path: [UInt8], facts: FileFacts)] = []
    /// The folder that could not be made last: nothing below it is tried.
    private(set) var blocked: [UInt8]?

    init(_ home: MovedHome) { self.home = home }

    /// Whether a path is below a folder that could not be made.
    func isBlocked(_ path: [UInt8]) -> Bool { blocked.map { path.starts(with: $0 + [0x2F]) } ?? false }

    /// Notes that nothing below a path can be written.
    func giveUp(_ path: [UInt8]) { blocked = path }

    /// Makes a folder, unless it is there.
    ///
    /// - Parameters:
    ///   - path: in the home.
    ///   - facts: of the folder on the source.
    /// - Throws: `MoveFailure.disk`, `HomeError.notWritten`.
    func make(_ path: [UInt8], _ facts: FileFacts) throws {
        folders.append((path, facts))
        if (try? home.target.facts(of: path))?.kind == .folder { return }
        try home.journal.wrote(path, facts)
        home.touch(path)
        do throws(SystemError) {
            let (folder, name) = try home.writableParent(of: path)
            try SystemCall.make("mkdirat", name) { mkdirat(folder, $0, 0o700) }
        } catch {
            try home.refuse(path, "the folder cannot be made", error)
            blocked = path
        }
    }

    /// The folders in which something was changed.
    var changed: [[UInt8]] { folders.map(\.path).filter(home.touched.contains) }

    /// Gives modes, owners and times, from the deepest folder up: what is put into a folder changes its time.
    func finish() {
        for (path, source) in folders.reversed() {
            guard let folder = try? home.target.folder(path), let now = try? FileFacts.of(folder) else { continue }
            // A home that somebody else made keeps its own owner and mode.
            if path.isEmpty, !home.journal.hasWritten(path) { continue }
            let wanted = home.settings.expected(source)
            let isOthers = now.user != wanted.user || now.group != wanted.group
            if home.settings.user.isRoot, isOthers, fchown(folder, wanted.user, wanted.group) != 0 {
                home.result.skip(path, "its owner cannot be set")
            }
            if now.mode != wanted.mode, fchmod(folder, wanted.mode) != 0 {
                home.result.skip(path, "its mode cannot be set")
            }
            if !FileTime.isSame(wanted.modified, kept: (try? FileFacts.of(folder))?.modified ?? 0) {
                var times = FileTime.pair(wanted.modified)
                futimens(folder, &times)
            }
        }
    }
}
