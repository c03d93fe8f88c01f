import CDisk
import FleetTools
import Foundation

extension HomeMover {
    /// Gives all that waits its name, when it is on the disk.
    func publishBatch() throws {
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

    /// Waits until these folders or files of the home are on the disk.
    ///
    /// `parents`: folders on the same disks.
    func settle(_ paths: [[UInt8]], in parents: [[UInt8]]) throws {
        // A whole disk also waits for what others write to it.
        if try paths.count <= MoveBatch.few && paths.allSatisfy(isSynced) { return }
        var (last, disks) = ([UInt8]?.none, Set<UInt64>())
        for path in parents where path != last {
            last = path
            let opened = target.folder(targetPath(path)[...])
            let folder = opened < 0 ? target.folder([]) : opened
            // A home can have other disks in it.
            guard folder >= 0, let facts = FileFacts.of(folder), disks.insert(facts.disk).inserted else { continue }
            guard disk_sync(folder) == 0 else { throw MoveFailure("the target cannot be written") }
        }
    }

    /// Waits for one of them; false when only the whole disk can be waited for.
    private func isSynced(_ path: [UInt8]) throws -> Bool {
        let file = target.open(targetPath(path), flags: O_RDONLY | O_NONBLOCK)
        guard file >= 0 else { return false }
        defer { close(file) }
        if fsync(file) == 0 { return true }
        guard errno == EINVAL else { throw MoveFailure("the target cannot be written") }
        return false
    }

    private func publish(_ item: MoveBatch.Item) throws -> Bool {
        var isNew = item.isNew
        if !isNew {
            // Somebody could have changed it since it was looked at.
            switch verdict(item.path, item.facts, FileFacts.of(targetPath(item.path), in: target)) {
            case .conflict(let why):
                result.conflict(item.path, why)
                return false
            case .new: isNew = true
            case .same, .changed: break
            }
        }
        let (parent, name) = FolderChain.split(targetPath(item.path))
        let folder = writable(parent)
        guard folder >= 0 else {
            try refuse(item.path, "its folder cannot be opened")
            return false
        }
        try journal.wrote(item.path, item.facts)
        touch(item.path)
        guard give(item.temporary, name, in: folder, isNew: isNew) else {
            try refuse(item.path, "it cannot get its name")
            return false
        }
        let isFile = item.facts.kind == .file
        result.copied += 1
        result.copiedBytes += isFile ? item.facts.size : 0
        if isFile, item.facts.mode != expected(item.facts).mode {
            result.skip(item.path, "copied without the bits that set a user or a group")
        }
        return true
    }

    func discard(_ item: MoveBatch.Item) {
        let folder = target.folder(FolderChain.split(targetPath(item.path)).parent)
        if folder >= 0 { CString.with(item.temporary) { _ = unlinkat(folder, $0, 0) } }
    }

    /// Gives a file its name. What is new takes nobody's place, also when somebody was quicker.
    private func give(_ temporary: [UInt8], _ name: ArraySlice<UInt8>, in folder: Int32, isNew: Bool) -> Bool {
        CString.with(temporary) { temporary in
            CString.with(name) { name in
                guard isNew else { return renameat(folder, temporary, folder, name) == 0 }
                guard FileWriting.name(temporary, name, in: folder) else { return false }
                unlinkat(folder, temporary, 0)
                return true
            }
        }
    }
}
