import Foundation

/// Moves one home: copies what is new or changed, and removes what is gone.
final class HomeMover {
    private let home: MovedHome
    private let judge: MoveJudge
    private let writer: MoveWriter
    private let publisher: MovePublisher
    private let folders: MoveFolders
    private let progress: (Int64, Int) -> Void
    /// Things that wait until a folder in their place is gone.
    private var deferred: [HomeEntry] = []

    /// The result of the home so far.
    var result: MoveResult.Home { home.result }

    /// - Parameters:
    ///   - home: and where it goes.
    ///   - settings: of the move.
    ///   - buffer: room for a piece of a file.
    ///   - progress: is told the bytes of each piece, and each file.
    /// - Throws: `HomeError`, `MoveError`.
    init(
        _ home: MoveNames.Home, _ settings: MoveSettings, buffer: UnsafeMutableRawBufferPointer,
        progress: @escaping (_ bytes: Int64, _ files: Int) -> Void
    ) throws {
        self.home = try MovedHome(home, settings)
        self.progress = progress
        judge = MoveJudge(self.home)
        writer = MoveWriter(self.home, buffer: buffer) { progress($0, 0) }
        publisher = MovePublisher(self.home)
        folders = MoveFolders(self.home)
    }

    /// One pass over the home.
    ///
    /// - Throws: `MoveFailure` when it cannot go on, `HomeError`, and `CancellationError`.
    func run() throws {
        defer {
            publisher.discardAll()
            home.journal.sync()
        }
        try folders.make([], try sourceFacts())
        guard folders.blocked == nil else { throw MoveFailure.targetIsNoFolder }
        var isEmpty = true
        try HomeWalk(
            home.settings.from + "/" + String(decoding: home.source.home, as: UTF8.self), as: home.settings.user
        )
        .run { found in
            switch found {
            case .problem(let problem): home.result.skip(problem.path, problem.moveExplanation)
            case .entry(let entry):
                isEmpty = false
                try place(entry, mayWait: home.settings.isFinal)
            }
        }
        try publisher.publish()
        var tidying = MoveTidying(home)
        try tidying.run(isSourceEmpty: isEmpty)
        for entry in deferred { try place(entry, mayWait: false) }
        try publisher.publish()
        folders.finish()
        try publisher.settle(folders.changed, in: folders.changed)
    }

    private func sourceFacts() throws -> FileFacts {
        do throws(SystemError) {
            let facts = try home.source.facts(of: [])
            guard facts.kind == .folder else { throw SystemError("fstatat", home.source.home, number: ENOTDIR) }
            return facts
        } catch {
            throw MoveFailure.sourceUnreadable(error)
        }
    }

    private func place(_ entry: HomeEntry, mayWait: Bool) throws {
        if folders.isBlocked(entry.path) { return }
        guard let facts = try? home.source.facts(of: entry.path) else {
            return home.result.skip(entry.path, "gone while it was moved")
        }
        let there = try? home.target.facts(of: entry.path)
        switch judge.verdict(entry.path, facts, there) {
        case .same where facts.kind != .folder: home.result.unchanged += 1
        case .same,
            .new where facts.kind == .folder:
            try folders.make(entry.path, facts)
        case .conflict where mayWait && there?.kind == .folder: deferred.append(entry)
        case .conflict(let why):
            home.result.conflict(entry.path, why)
            if facts.kind == .folder { folders.giveUp(entry.path) }
        case .changed where facts.kind == .folder:
            home.remove(entry.path, .file)
            try folders.make(entry.path, facts)
        case .new, .changed:
            guard let item = try writer.write(entry, facts, isNew: there == nil) else { return }
            progress(0, 1)
            try publisher.add(item)
        }
    }
}
