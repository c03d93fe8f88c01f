/// The verdict on one thing of a home: what is to be done with it.
enum MoveVerdict: Equatable {
    case same, new, changed
    /// A thing on the target stands in its place, and must not be replaced; why.
    case conflict(String)
}

/// Decides what is to be done with each thing of a home, by what is on both sides and in the journal.
struct MoveJudge {
    private let home: MovedHome

    init(_ home: MovedHome) { self.home = home }

    /// - Parameters:
    ///   - path: in the home.
    ///   - source: what is to be there.
    ///   - there: what is there now; nil: nothing.
    /// - Returns: whether it is there, is to be written, or must not be.
    func verdict(_ path: [UInt8], _ source: FileFacts, _ there: FileFacts?) -> MoveVerdict {
        guard let there else { return .new }
        if source.kind == .folder, there.kind == .folder { return .same }
        if there.kind == .folder { return .conflict("a folder is in its place on the target") }
        if source.kind == there.kind, isSame(path, home.settings.expected(source), there) { return .same }
        if home.settings.replaces || home.journal.isOurs(path, there) { return .changed }
        return .conflict(
            home.journal.hasWritten(path)
                ? "it was changed on the target since it was moved there" : "the target has another one already")
    }

    private func isSame(_ path: [UInt8], _ wanted: FileFacts, _ there: FileFacts) -> Bool {
        guard wanted.size == there.size, FileTime.isSame(wanted.modified, kept: there.modified),
            wanted.kind == .link || wanted.mode == there.mode,
            !home.settings.user.isRoot || wanted.user == there.user && wanted.group == there.group
        else { return false }
        guard wanted.kind == .link else { return true }
        return (try? home.source.linkTarget(of: path)) == (try? home.target.linkTarget(of: path))
    }
}
