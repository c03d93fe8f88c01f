import Foundation

/// Moves one home: copies what is new or changed, and removes what is gone.
final class HomeMover {
    let settings: MoveSettings
    let source: FolderChain
    let target: FolderChain
    let from: [UInt8]
    let to: [UInt8]
    let journal: MoveJournal
    var result: MoveResult.Home
    private let copy: FileCopy
    private let progress: (Int64, Int) -> Void
    private let own = (user: geteuid(), group: getegid())
    /// The folders of the source, to be given their modes and times when all is in them.
    private var folders: [(path: [UInt8], facts: FileFacts)] = []
    private var touched: Set<[UInt8]> = []
    /// What waits for the disk before it gets its name.
    var batch = MoveBatch()
    /// What waits until a folder in its place is gone.
    private var deferred: [HomeEntry] = []
    /// A folder that could not be made: nothing below it is tried.
    private var blocked: [UInt8]?
    var isEmpty = true

    /// - Throws: `HomeError`.
    init(
        _ home: MoveNames.Home, _ settings: MoveSettings, buffer: UnsafeMutableRawBufferPointer,
        progress: @escaping (_ bytes: Int64, _ files: Int) -> Void
    ) throws {
        self.settings = settings
        source = try FolderChain(settings.from)
        target = try FolderChain(settings.to)
        (from, to) = (home.folder, home.target)
        result = MoveResult.Home(home)
        self.progress = progress
        copy = FileCopy(buffer: buffer) { progress($0, 0) }
        journal = try MoveJournal(home, settings)
    }

    func sourcePath(_ path: [UInt8]) -> [UInt8] { path.isEmpty ? from : from + [0x2F] + path }
    func targetPath(_ path: [UInt8]) -> [UInt8] { path.isEmpty ? to : to + [0x2F] + path }

    /// One pass over the home.
    ///
    /// - Throws: `MoveFailure` when it cannot go on, `HomeError`, and `CancellationError`.
    func run() throws {
        defer {
            while let item = batch.next() { discard(item) }
            journal.sync()
        }
        guard let home = FileFacts.of(from, in: source), home.kind == .folder else {
            throw MoveFailure("the home on the source cannot be read")
        }
        try makeFolder([], home)
        guard blocked == nil else { throw MoveFailure("the home on the target is no folder", error: ENOTDIR) }
        try HomeWalk(settings.from + "/" + String(decoding: from, as: UTF8.self)).run { found in
            switch found {
            case .problem(let problem): result.skip(problem.path, problem.moveExplanation)
            case .entry(let entry):
                isEmpty = false
                try place(entry, mayWait: settings.isFinal)
            }
        }
        try publishBatch()
        try tidy()
        for entry in deferred { try place(entry, mayWait: false) }
        try publishBatch()
        finishFolders()
        let changed = folders.map(\.path).filter(touched.contains)
        try settle(changed, in: changed)
    }

    private func place(_ entry: HomeEntry, mayWait: Bool) throws {
        if let blocked, entry.path.starts(with: blocked + [0x2F]) { return }
        guard let facts = FileFacts.of(sourcePath(entry.path), in: source) else {
            return result.skip(entry.path, "gone while it was moved")
        }
        let there = FileFacts.of(targetPath(entry.path), in: target)
        switch verdict(entry.path, facts, there) {
        case .same where facts.kind != .folder: result.unchanged += 1
        case .same,
            .new where facts.kind == .folder:
            try makeFolder(entry.path, facts)
        case .conflict where mayWait && there?.kind == .folder: deferred.append(entry)
        case .conflict(let why):
            result.conflict(entry.path, why)
            if facts.kind == .folder { blocked = entry.path }
        case .changed where facts.kind == .folder:
            remove(entry.path, .file)
            try makeFolder(entry.path, facts)
        case .new, .changed: try put(entry, facts, isNew: there == nil)
        }
    }

    // MARK: - Folders

    private func makeFolder(_ path: [UInt8], _ facts: FileFacts) throws {
        folders.append((path, facts))
        if FileFacts.of(targetPath(path), in: target)?.kind == .folder { return }
        try journal.wrote(path, facts)
        touch(path)
        let (parent, name) = FolderChain.split(targetPath(path))
        let folder = writable(parent)
        if folder < 0 || CString.with(name, { mkdirat(folder, $0, 0o700) }) != 0 {
            try refuse(path, "the folder cannot be made")
            blocked = path
        }
    }

    /// A folder of the target, which its owner may write into.
    func writable(_ path: ArraySlice<UInt8>) -> Int32 {
        let folder = target.folder(path)
        if folder >= 0, !settings.isRoot, let facts = FileFacts.of(folder), facts.user == own.user,
            facts.mode & 0o300 != 0o300
        {
            fchmod(folder, facts.mode | 0o700)
        }
        return folder
    }

    func touch(_ path: [UInt8]) { touched.insert(Array(FolderChain.split(path).parent)) }

    /// Modes, owners and times, from the deepest folder up: what is put into a folder changes its time.
    private func finishFolders() {
        for (path, source) in folders.reversed() {
            let folder = target.folder(targetPath(path)[...])
            guard folder >= 0, let now = FileFacts.of(folder) else { continue }
            // A home that somebody else made keeps its own owner and mode.
            if path.isEmpty, !journal.hasWritten(path) { continue }
            let wanted = expected(source)
            if settings.isRoot, now.user != wanted.user || now.group != wanted.group {
                if fchown(folder, wanted.user, wanted.group) != 0 { result.skip(path, "its owner cannot be set") }
            }
            if now.mode != wanted.mode, fchmod(folder, wanted.mode) != 0 { result.skip(path, "its mode cannot be set") }
            if !FileTime.isSame(wanted.modified, kept: FileFacts.of(folder)?.modified ?? 0) {
                var times = FileTime.pair(wanted.modified)
                futimens(folder, &times)
            }
        }
    }

    // MARK: - Files and links

    func expected(_ facts: FileFacts) -> FileFacts {
        settings.expected(facts, ownUser: own.user, ownGroup: own.group)
    }

    private func put(_ entry: HomeEntry, _ facts: FileFacts, isNew: Bool) throws {
        let folder = writable(FolderChain.split(targetPath(entry.path)).parent)
        guard folder >= 0 else { return try refuse(entry.path, "its folder cannot be opened") }
        let temporary = Array(TemporaryName.next().utf8)
        var isThere = false
        defer { if isThere { CString.with(temporary) { _ = unlinkat(folder, $0, 0) } } }
        let written: FileFacts?
        if case .link(let link) = entry.kind {
            isThere = makeLink(link, temporary, in: folder, facts)
            written = isThere ? facts : nil
            if !isThere { try refuse(entry.path, "the link cannot be made") }
        } else {
            written = try write(entry.path, temporary, in: folder, isThere: &isThere)
        }
        guard let written else { return }
        isThere = false
        batch.add(MoveBatch.Item(path: entry.path, temporary: temporary, facts: written, isNew: isNew))
        progress(0, 1)
        if batch.isFull { try publishBatch() }
    }

    /// - Returns: the facts of what was copied; nil when it could not be.
    private func write(
        _ path: [UInt8], _ temporary: [UInt8], in folder: Int32, isThere: inout Bool
    ) throws -> FileFacts? {
        let input = source.open(sourcePath(path), flags: O_RDONLY | O_NONBLOCK)
        guard input >= 0, let facts = FileFacts.of(input), facts.kind == .file else {
            if input >= 0 { close(input) }
            result.skip(path, "it cannot be read any more")
            return nil
        }
        defer { close(input) }
        let output = CString.with(temporary) {
            openat(folder, $0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }
        guard output >= 0 else {
            try refuse(path, "it cannot be written")
            return nil
        }
        var isOpen = true
        defer { if isOpen { close(output) } }
        isThere = true
        do {
            let isWhole = try copy.run(facts, from: input, to: output)
            if !isWhole || FileFacts.of(input) != facts {
                result.skip(path, "it changed while it was copied; run again")
            }
        } catch let error as MoveFailure.Source {
            result.skip(path, "it cannot be read: \(error.reason)")
            return nil
        }
        try dress(output, expected(facts))
        isOpen = false
        // Some disks say only now that there is no room, such as NFS.
        guard close(output) == 0 || errno == EINTR else { throw MoveFailure("the target cannot be written") }
        return facts
    }

    private func dress(_ file: Int32, _ wanted: FileFacts) throws {
        if settings.isRoot, fchown(file, wanted.user, wanted.group) != 0 {
            throw MoveFailure("files cannot be given to \(wanted.user):\(wanted.group); is root squashed there?")
        }
        var times = FileTime.pair(wanted.modified)
        guard fchmod(file, wanted.mode) == 0, futimens(file, &times) == 0 else {
            throw MoveFailure("the target cannot be written")
        }
    }

    private func makeLink(_ link: [UInt8], _ temporary: [UInt8], in folder: Int32, _ facts: FileFacts) -> Bool {
        guard CString.with(link, { text in CString.with(temporary) { symlinkat(text, folder, $0) } }) == 0 else {
            return false
        }
        let wanted = expected(facts)
        if settings.isRoot {
            // The name could be somebody else's file by now; what is open here is the link.
            let own = CString.with(temporary) { openat(folder, $0, LinuxFile.openPath | O_NOFOLLOW | O_CLOEXEC) }
            if own >= 0 {
                if FileFacts.of(own)?.kind == .link {
                    fchownat(own, "", wanted.user, wanted.group, LinuxFile.emptyPath)
                }
                close(own)
            }
        }
        var times = FileTime.pair(wanted.modified)
        CString.with(temporary) { _ = utimensat(folder, $0, &times, AT_SYMLINK_NOFOLLOW) }
        return true
    }

    /// Lists what could not be done; a full or broken disk ends the home.
    func refuse(_ path: [UInt8], _ what: String) throws {
        let error = errno
        if [ENOSPC, EDQUOT, EROFS, EIO, ESTALE].contains(error) { throw MoveFailure(what, error: error) }
        result.conflict(path, "\(what): \(String(cString: strerror(error)))")
    }
}
