import Foundation

/// Takes away unfinished files of earlier runs, and lists or removes what is gone on the source.
struct MoveTidying {
    private let home: MovedHome
    private var leftovers: [[UInt8]] = []
    private var gone: [(path: [UInt8], kind: FileFacts.Kind)] = []

    init(_ home: MovedHome) { self.home = home }

    /// - Parameter isSourceEmpty: whether the home on the source has nothing in it.
    /// - Throws: `MoveFailure.sourceIsEmpty`, `HomeError`, `CancellationError`.
    mutating func run(isSourceEmpty: Bool) throws {
        let target = home.settings.to + "/" + String(decoding: home.target.home, as: UTF8.self)
        try HomeWalk(target, as: home.settings.user).run { found in
            guard case .entry(let entry) = found, let there = try? home.target.facts(of: entry.path) else { return }
            look(at: entry.path, there)
        }
        for path in leftovers { home.remove(path, .file) }
        guard home.settings.isFinal else {
            for (path, _) in gone { home.result.isGone(path) }
            return
        }
        // It may not be mounted.
        if isSourceEmpty, !gone.isEmpty { throw MoveFailure.sourceIsEmpty(gone: gone.count) }
        for (path, kind) in gone.reversed() where home.remove(path, kind) {
            try home.journal.removed(path)
            home.result.removed += 1
        }
        home.target.chain.forget()
    }

    private mutating func look(at path: [UInt8], _ there: FileFacts) {
        let name = FolderChain.split(path).name
        if TemporaryName.isOne(name), there.kind != .folder, !home.journal.hasWritten(path) {
            leftovers.append(path)
        } else if isGone(path, there), home.journal.isOurs(path, there) {
            gone.append((path, there.kind))
        }
    }

    /// Whether the source has nothing there, or a file where the target has a folder.
    private func isGone(_ path: [UInt8], _ there: FileFacts) -> Bool {
        do throws(SystemError) {
            let facts = try home.source.facts(of: path)
            return there.kind == .folder && facts.kind != .folder && facts.kind != .special
        } catch {
            return error.isGone || error.number == ELOOP
        }
    }
}
