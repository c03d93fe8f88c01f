import Foundation

/// Writes files and links of a home to the target, under temporary names.
struct MoveWriter {
    private let home: MovedHome
    private let copy: FileCopy

    /// - Parameters:
    ///   - home: that is moved.
    ///   - buffer: room for a piece of a file.
    ///   - progress: is told the bytes of each piece.
    init(_ home: MovedHome, buffer: UnsafeMutableRawBufferPointer, progress: @escaping (Int64) -> Void) {
        self.home = home
        copy = FileCopy(buffer: buffer, progress: progress)
    }

    /// Writes a file or a link beside its place.
    ///
    /// - Parameters:
    ///   - entry: what the walk found.
    ///   - facts: about it.
    ///   - isNew: whether nothing is in its place.
    /// - Returns: what is written; nil when it could not be, which is listed then.
    /// - Throws: `MoveFailure`, `CancellationError`.
    func write(_ entry: HomeEntry, _ facts: FileFacts, isNew: Bool) throws -> MoveBatch.Item? {
        let folder: Int32
        do throws(SystemError) { folder = try home.writableParent(of: entry.path).folder } catch {
            try home.refuse(entry.path, "its folder cannot be opened", error)
            return nil
        }
        let temporary = Array(TemporaryName.next().utf8)
        var isKept = false
        defer { if !isKept { CString.with(temporary) { _ = unlinkat(folder, $0, 0) } } }
        let written: FileFacts?
        if case .link(let link) = entry.kind {
            written = try makeLink(entry.path, link, temporary, in: folder, facts)
        } else {
            written = try makeFile(entry.path, temporary, in: folder)
        }
        guard let written else { return nil }
        isKept = true
        return MoveBatch.Item(path: entry.path, temporary: temporary, facts: written, isNew: isNew)
    }

    /// - Returns: the facts of what was copied; nil when it could not be.
    private func makeFile(_ path: [UInt8], _ temporary: [UInt8], in folder: Int32) throws -> FileFacts? {
        guard let input = (try? home.source.open(path)).map(Descriptor.init),
            let facts = try? FileFacts.of(input.number), facts.kind == .file
        else {
            home.result.skip(path, "it cannot be read any more")
            return nil
        }
        let output: Int32
        do throws(SystemError) {
            output = try SystemCall.make("openat", temporary) {
                openat(folder, $0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            }
        } catch {
            try home.refuse(path, "it cannot be written", error)
            return nil
        }
        var isOpen = true
        defer { if isOpen { close(output) } }
        do {
            let isWhole = try copy.run(facts, from: input.number, to: output)
            if !isWhole || (try? FileFacts.of(input.number)) != facts {
                home.result.skip(path, "it changed while it was copied; run again")
            }
        } catch let error as SystemError {
            home.result.skip(path, "it cannot be read: \(error.reason)")
            return nil
        }
        try dress(output, home.settings.expected(facts))
        isOpen = false
        // Some disks say only now that there is no room, such as NFS.
        guard close(output) != 0 else { return facts }
        let error = SystemError("close")
        guard error.number == EINTR else { throw MoveFailure.targetUnwritable(error) }
        return facts
    }

    /// Owner, mode and time.
    private func dress(_ file: Int32, _ wanted: FileFacts) throws {
        if home.settings.user.isRoot, fchown(file, wanted.user, wanted.group) != 0 {
            throw MoveFailure.ownersRefused(
                HomeOwner(user: wanted.user, group: wanted.group), SystemError("fchown"))
        }
        var times = FileTime.pair(wanted.modified)
        do throws(SystemError) {
            try SystemCall.check("fchmod", fchmod(file, wanted.mode))
            try SystemCall.check("futimens", futimens(file, &times))
        } catch {
            throw MoveFailure.targetUnwritable(error)
        }
    }

    private func makeLink(
        _ path: [UInt8], _ link: [UInt8], _ temporary: [UInt8], in folder: Int32, _ facts: FileFacts
    ) throws -> FileFacts? {
        do throws(SystemError) {
            try SystemCall.make("symlinkat", temporary) { name in CString.with(link) { symlinkat($0, folder, name) } }
        } catch {
            try home.refuse(path, "the link cannot be made", error)
            return nil
        }
        let wanted = home.settings.expected(facts)
        if home.settings.user.isRoot { Self.give(temporary, in: folder, to: wanted) }
        var times = FileTime.pair(wanted.modified)
        CString.with(temporary) { _ = utimensat(folder, $0, &times, AT_SYMLINK_NOFOLLOW) }
        return facts
    }

    /// Gives a link to its owner. The name could be somebody else's file by now; what is opened here is the link.
    private static func give(_ name: [UInt8], in folder: Int32, to wanted: FileFacts) {
        let own = CString.with(name) { openat(folder, $0, LinuxFile.openPath | O_NOFOLLOW | O_CLOEXEC) }
        guard own >= 0 else { return }
        defer { close(own) }
        guard let facts = try? FileFacts.of(own), facts.kind == .link else { return }
        fchownat(own, "", wanted.user, wanted.group, LinuxFile.emptyPath)
    }
}
