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

    let folder: HubFolder
    let disk: any RevisionDisk
    /// The mode of the folders that users' servers pass through.
    let permissions: Int

    // MARK: - Looking

    /// The revisions that are kept, the oldest first.
    var numbers: [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.revisions)) ?? []
        return names.compactMap { Int($0) }.sorted()
    }

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
        return facts.digests.allSatisfy { path, digest in
            let bytes = FileManager.default.contents(atPath: folder.revision(number).path + "/" + path)
            return bytes.map { SHA256.hash(data: $0).hexadecimal } == digest
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
        let new = place + ".new"
        try disk.makeFolder(folder.revisions, permissions: permissions)
        // What a killed process left.
        try disk.remove(new)
        try disk.makeFolder(new, permissions: permissions)
        for name in contents.folders { try disk.makeFolder("\(new)/\(name)", permissions: 0o755) }
        for (name, file) in contents.files.sorted(by: { $0.key < $1.key }) {
            try disk.write(file.bytes, to: "\(new)/\(name)", permissions: file.permissions)
        }
        try disk.write(try JSONFile.bytes(facts), to: "\(new)/\(RevisionFolder.factsName)", permissions: 0o600)
        for name in contents.folders { try disk.sync("\(new)/\(name)") }
        try disk.sync(new)
        try disk.rename(new, to: place)
        try disk.sync(folder.revisions)
    }

    /// Makes a revision that is there the current one.
    func makeCurrent(_ number: Int) throws {
        let new = folder.current + ".new"
        try disk.remove(new)
        try disk.link(new, to: "revisions/\(number)")
        try disk.rename(new, to: folder.current)
        try disk.sync(folder.root)
    }

    /// Removes revisions beyond those that are kept, the oldest first, and what killed processes left.
    func removeOld() throws {
        let current = current
        let old = numbers.filter { $0 != current }.dropLast(Self.keptCount - 1)
        // A half-removed revision must not look like one.
        for number in old {
            let path = folder.revision(number).path
            try disk.rename(path, to: path + ".old")
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.revisions)) ?? []
        for name in names where Int(name) == nil { try disk.remove("\(folder.revisions)/\(name)") }
    }

    /// Removes all revisions.
    func removeAll() throws {
        try disk.remove(folder.current)
        try disk.sync(folder.root)
        try disk.remove(folder.revisions)
    }

    func write(_ state: LocalState) throws { try disk.replace(folder.state, with: state.bytes()) }
}
