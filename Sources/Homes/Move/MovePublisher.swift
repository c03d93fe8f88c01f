import CDisk
import FleetTools
import Foundation

/// Gives things their names on the target, many at a time, once they are on the disk.
final class MovePublisher {
    private let home: MovedHome
    private let judge: MoveJudge
    /// The things that wait for the disk.
    private var batch = MoveBatch()

    init(_ home: MovedHome) {
        self.home = home
        judge = MoveJudge(home)
    }

    /// Adds a thing that is written under a temporary name; when enough wait, all get their names.
    /// - Throws: `MoveFailure`, `HomeError.notWritten`.
    func add(_ item: MoveBatch.Item) throws {
        batch.add(item)
        if batch.isFull { try publish() }
    }

    /// Gives all that waits its name, when it is on the disk.
    /// - Throws: `MoveFailure`, `HomeError.notWritten`.
    func publish() throws {
        let parents = batch.items.map { Array(FolderChain.split($0.path).parent) }
        let files = zip(parents, batch.items).filter { $1.facts.kind == .file }.map { parent, item in
            parent.isEmpty ? item.temporary : parent + [0x2F] + item.temporary
        }
        try settle(files, in: parents)
        while let item = batch.next() {
            var isPublished = false
            defer { if !isPublished { discard(item) } }
            isPublished = try publish(item)
        }
    }

    /// Removes all that still waits.
    func discardAll() { while let item = batch.next() { discard(item) } }

    /// Waits until folders or files of the home are on the disk.
    ///
    /// - Parameters:
    ///   - paths: of the folders or files.
    ///   - parents: folders on the same disks.
    /// - Throws: `MoveFailure.targetUnwritable`.
    func settle(_ paths: [[UInt8]], in parents: [[UInt8]]) throws {
        do throws(SystemError) {
            // A whole disk also waits for what others write to it.
            if paths.count <= MoveBatch.few, try areSynced(paths) { return }
            var (last, disks) = ([UInt8]?.none, Set<UInt64>())
            for path in parents where path != last {
                last = path
                let folder = (try? home.target.folder(path)) ?? home.target.chain.root
                // A home can have other disks in it.
                guard let facts = try? FileFacts.of(folder), disks.insert(facts.disk).inserted else { continue }
                try SystemCall.check("syncfs", disk_sync(folder))
            }
        } catch {
            throw MoveFailure.targetUnwritable(error)
        }
    }

    /// Waits for one after the other; false when only the whole disk can be waited for.
    private func areSynced(_ paths: [[UInt8]]) throws(SystemError) -> Bool {
        for path in paths {
            guard let file = try? home.target.open(path) else { return false }
            defer { close(file) }
            if fsync(file) == 0 { continue }
            let error = SystemError("fsync")
            guard error.number == EINVAL else { throw error }
            return false
        }
        return true
    }

    private func publish(_ item: MoveBatch.Item) throws -> Bool {
        var isNew = item.isNew
        if !isNew {
            // Somebody could have changed it since it was looked at.
            switch judge.verdict(item.path, item.facts, try? home.target.facts(of: item.path)) {
            case .conflict(let why):
                home.result.conflict(item.path, why)
                return false
            case .new: isNew = true
            case .same, .changed: break
            }
        }
        let (folder, name): (Int32, ArraySlice<UInt8>)
        do throws(SystemError) { (folder, name) = try home.writableParent(of: item.path) } catch {
            try home.refuse(item.path, "its folder cannot be opened", error)
            return false
        }
        try home.journal.wrote(item.path, item.facts)
        home.touch(item.path)
        do throws(SystemError) { try Self.give(item.temporary, name, in: folder, isNew: isNew) } catch {
            try home.refuse(item.path, "it cannot get its name", error)
            return false
        }
        count(item)
        return true
    }

    private func count(_ item: MoveBatch.Item) {
        home.result.copied += 1
        guard item.facts.kind == .file else { return }
        home.result.copiedBytes += item.facts.size
        if item.facts.mode != home.settings.expected(item.facts).mode {
            home.result.skip(item.path, "copied without the bits that set a user or a group")
        }
    }

    private func discard(_ item: MoveBatch.Item) {
        guard let (folder, _) = try? home.target.parent(of: item.path) else { return }
        CString.with(item.temporary) { _ = unlinkat(folder, $0, 0) }
    }

    /// Gives a file its name. What is new takes nobody's place, also when somebody was quicker.
    private static func give(
        _ temporary: [UInt8], _ name: ArraySlice<UInt8>, in folder: Int32, isNew: Bool
    ) throws(SystemError) {
        guard isNew else {
            try SystemCall.make("renameat", name) { name in
                CString.with(temporary) { renameat(folder, $0, folder, name) }
            }
            return
        }
        try SystemCall.make("linkat", name) { name in
            CString.with(temporary) { FileWriting.name($0, name, in: folder) ? 0 : -1 }
        }
        _ = CString.with(temporary) { unlinkat(folder, $0, 0) }
    }
}
