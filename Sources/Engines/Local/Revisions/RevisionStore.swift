import Crypto
import FleetModel
import FleetTools
import Foundation

/// The revisions of a hub's configuration, and which of them is the current one.
///
/// A revision is written under another name and gets its own when it is whole and on the disk. `current` is a link that
/// is replaced as one step. So wherever a process is killed, `current` leads to a whole revision.
struct RevisionStore: Sendable {
    /// So many revisions are kept, with the current one, which always is.
    static let keptCount = 10
    /// What a revision is called while it is written, and while it is removed: its number with one of these.
    private static let newMark = ".new"
    private static let oldMark = ".old"

    let folder: HubFolder
    let disk: any RevisionDisk
    /// The mode of the folders that users' servers pass through.
    let permissions: Int

    // MARK: - Looking

    /// The revisions that are kept, the oldest first.
    var numbers: [Int] {
        names.compactMap { name in Int(name).flatMap { String($0) == name ? $0 : nil } }.sorted()
    }

    private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.revisions)) ?? [] }

    /// The revision that the hub starts with; nil when there is none.
    var current: Int? {
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: folder.current)
        let number = target.flatMap { $0.split(separator: "/").last }.flatMap { Int($0) }
        return number.flatMap { read($0) }?.revision.number
    }

    /// - Returns: nil when there is none of this number, or none that can be read.
    func read(_ number: Int) -> LocalRevision? {
        let path = folder.revision(number).path + "/" + RevisionFolder.factsName
        return FileManager.default.contents(atPath: path).flatMap { try? JSONFile.decode(LocalRevision.self, from: $0) }
    }

    /// Whether all files of a revision are there as they were written.
    func isWhole(_ number: Int) -> Bool {
        guard let facts = read(number), facts.revision.number == number else { return false }
        return facts.digests.allSatisfy { file in
            let bytes = FileManager.default.contents(atPath: "\(folder.revision(number).path)/\(file.path)")
            return bytes.map { SHA256.hash(data: $0).hexadecimal } == file.sha256
        }
    }

    /// Whether a revision is whole and a hub would run with it as with another one.
    func holds(_ facts: LocalRevision, as number: Int) -> Bool {
        read(number)?.isSame(as: facts) == true && isWhole(number)
    }

    // MARK: - Changing

    /// Writes a new revision. It is not the current one yet.
    /// - Throws: `FileError`, with the reason of the system.
    func write(_ contents: RevisionContents, _ facts: LocalRevision) throws {
        let place = folder.revision(facts.revision.number).path
        let new = place + Self.newMark
        try disk.makeFolder(folder.revisions, permissions: permissions)
        // What a killed process left.
        try disk.remove(new)
        do {
            try write(contents, facts, in: new)
        } catch {
            // The disk may be full.
            try? disk.remove(new)
            throw error
        }
        try disk.rename(new, to: place)
        try disk.sync(folder.revisions)
    }

    private func write(_ contents: RevisionContents, _ facts: LocalRevision, in new: String) throws {
        try disk.makeFolder(new, permissions: permissions)
        for name in contents.folders { try disk.makeFolder("\(new)/\(name)", permissions: 0o755) }
        for (name, file) in contents.files.sorted(by: { $0.key < $1.key }) {
            try disk.write(file.bytes, to: "\(new)/\(name)", permissions: file.permissions)
        }
        try disk.write(try JSONFile.bytes(facts), to: "\(new)/\(RevisionFolder.factsName)", permissions: 0o600)
        for name in contents.folders { try disk.sync("\(new)/\(name)") }
        try disk.sync(new)
    }

    /// Lets users' servers into a revision again that `removeOld` closed.
    func open(_ number: Int) throws {
        try disk.makeFolder(folder.revision(number).path, permissions: permissions)
    }

    /// Makes a revision that is there the current one.
    func makeCurrent(_ number: Int) throws {
        let new = folder.current + ".new"
        try disk.remove(new)
        try disk.link(new, to: "revisions/\(number)")
        try disk.rename(new, to: folder.current)
        try disk.sync(folder.root)
    }

    /// Removes revisions beyond those that are kept, the oldest first, and what killed processes left. Revisions that
    /// stay and that nothing runs with are closed: they may hold what a later one withdrew.
    ///
    /// `used`: those that something runs with; they stay, as the current one does.
    func removeOld(used: Set<Int>) throws {
        let used = used.union(current.map { [$0] } ?? []).intersection(numbers)
        let unused = numbers.filter { !used.contains($0) }
        let old = unused.dropLast(max(0, Self.keptCount - used.count))
        try remove(Array(old))
        for number in unused.dropFirst(old.count) {
            try disk.makeFolder(folder.revision(number).path, permissions: 0o700)
        }
    }

    /// Removes all revisions, but nothing that somebody else put beside them.
    func removeAll() throws {
        try disk.remove(folder.current)
        try disk.sync(folder.root)
        try remove(numbers)
        if names.isEmpty { try disk.remove(folder.revisions) }
    }

    private func remove(_ numbers: [Int]) throws {
        // A half-removed revision must not look like one.
        for number in numbers {
            let path = folder.revision(number).path
            try disk.remove(path + Self.oldMark)
            try disk.rename(path, to: path + Self.oldMark)
        }
        for name in names where Self.isLeftover(name) { try disk.remove("\(folder.revisions)/\(name)") }
    }

    private static func isLeftover(_ name: String) -> Bool {
        [newMark, oldMark].contains { name.hasSuffix($0) && Int(name.dropLast($0.count)) != nil }
    }

    /// Changes what is remembered of the hub, one change after the other.
    ///
    /// `change` gets what is remembered now, nil when nothing is, and answers what shall be; nil: as it is.
    func changeState(under lock: HubLock, _ change: (LocalState?) -> LocalState?) throws {
        try lock.inTurn { try changeState(change) }
    }

    /// The same for the keeper and a deployment, which are two processes.
    func changeState(_ change: (LocalState?) -> LocalState?) throws {
        let turn = try FileLock.waiting(path: folder.stateLock)
        defer { withExtendedLifetime(turn) {} }
        guard let state = change(LocalState.read(folder)) else { return }
        try disk.replace(folder.state, with: state.bytes())
    }
}
