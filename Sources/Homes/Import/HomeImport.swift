import FleetTools
import Foundation
import Texts

/// Puts what is in an archive into a folder. The archive is checked first; nothing is overwritten without being told, and
/// nothing is written outside of the folder.
package struct HomeImport: Sendable {
    package var archive: String
    package var target: String
    /// Whether things that are there and differ are overwritten.
    package var replaces = false
    /// Whether links are made that lead out of the folder.
    package var keepsOuterLinks = false
    /// Bytes that may be in the folder when all is done; nil: as many as fit on the disk.
    package var quota: UInt64?
    /// The owner of what is made, when this is root; nil: the owner of the folder.
    package var account: HomeOwner?
    package var time: any TimeSource = SystemTime()
    /// The user whom this process acts as.
    package var user = ProcessUser.current

    package init(_ archive: String, to target: String) {
        self.archive = archive
        self.target = target
    }

    /// The result of an import.
    package struct Result: Sendable, Codable, Equatable {
        package var kind = "import"
        /// The paths of both, as they were given.
        package var archive = ""
        package var target = ""
        /// The same in the archive's manifest; nil when it has none.
        package var owner: ExactText?
        package var files = 0
        package var folders = 0
        package var links = 0
        package var bytes: UInt64 = 0
        /// Things that were there already as they are in the archive.
        package var present = 0
        /// The same in the archive's manifest; nil when it has none.
        package var root: String?
        package var exceptions: [HomeReceipt.Exception] = []
        /// Files of the archive whose contents could not be had; they are among the exceptions.
        package var unreadable = 0
        /// What people should know of the way in which the archive was read.
        package var remark: String?
        package var finished = Date(timeIntervalSince1970: 0)
    }

    /// - Throws: `ImportError` before anything is written; `HomeError`, `CancellationError`. Asked again, it goes on with
    ///   what is missing.
    package func run(_ tell: @escaping (ImportEvent) -> Void = { _ in }) throws -> Result {
        let isThere = FileManager.default.fileExists(atPath: target)
        var lock = isThere ? try TargetLock(target) : nil
        var room = try ImportRoom(target, quota: quota)
        let plan = try ImportPlan(archive, ImportPlan.Limits(bytes: room.most, keepsOuterLinks: keepsOuterLinks))
        var (root, owner) = (String?.none, ExactText?.none)
        if plan.isOurs {
            let verification = try HomeVerification(archive)
            guard verification.faults.isEmpty else {
                throw ImportError.damaged(archive, verification.faults.prefix(10).map { "\($0.path): \($0.what)" })
            }
            (root, owner) = (verification.root, verification.owner)
        }
        // Not before: what is refused leaves nothing behind.
        if !isThere {
            try TargetFolder.make(target, permissions: plan.permissions ?? 0o755, account: account, as: user)
            // Another import may have made it, too, and filled it.
            lock = try TargetLock(target)
            room = try ImportRoom(target, quota: quota)
        }
        defer { withExtendedLifetime(lock) {} }
        let tree = try TargetTree(target)
        let writer = ImportWriter(tree, account: account ?? ownerOfTarget(), replaces: replaces)
        let present = try compare(plan, tree, room)
        writer.takeOver(plan.items.folders(among: room.unsettled))
        writer.remove(leftovers(room, plan))
        tell(.began(bytes: plan.bytes, files: plan.items.count))
        var result = try write(plan, present, writer, tell)
        (result.root, result.owner, result.remark) = (root, owner, plan.remark)
        (result.archive, result.target) = (archive, target)
        result.finished = time.now.wholeSeconds
        return result
    }

    /// What a killed import left. A home that was archived after one was killed may hold files that are called so, too.
    private func leftovers(_ room: ImportRoom, _ plan: ImportPlan) -> [[UInt8]] {
        guard !room.leftovers.isEmpty else { return [] }
        let wanted = Set(
            (0..<plan.items.count).lazy.map { plan.items[$0].path }.filter { ImportPart.is(FolderChain.split($0).name) }
        )
        return room.leftovers.filter { !wanted.contains($0) }
    }

    private func ownerOfTarget() -> HomeOwner? {
        var status = stat()
        guard user.isRoot, stat(target, &status) == 0 else { return nil }
        return HomeOwner(user: status.st_uid, group: status.st_gid)
    }

    private func write(
        _ plan: ImportPlan, _ present: [Bool], _ writer: ImportWriter, _ tell: @escaping (ImportEvent) -> Void
    ) throws -> Result {
        var result = Result(present: present.count(where: \.self))
        (result.exceptions, result.unreadable) = (plan.left, plan.unreadable)
        var late: [Int] = []
        try readItems(plan) { index, contents in
            let item = plan.items[index]
            switch item.member.kind {
            case .folder:
                try writer.makeFolder(item)
                result.folders += 1
            case .file:
                result.files += 1
                result.bytes += item.member.size
                guard !present[index] else { return tell(.wrote(bytes: Int(item.member.size), files: 1)) }
                do {
                    try writer.writeFile(item, contents) { tell(.wrote(bytes: $0, files: 0)) }
                    tell(.wrote(bytes: 0, files: 1))
                } catch let fault as MemberFault {
                    // Its own archive was checked before: it changed since.
                    let path = ByteText.readable(item.path)
                    guard !plan.isOurs else { throw HomeError.notAnArchive(archive, reason: "\(path): \(fault.what)") }
                    (result.files, result.bytes) = (result.files - 1, result.bytes - item.member.size)
                    result.unreadable += 1
                    result.exceptions.append(HomeReceipt.Exception(path: path, reason: fault.what))
                }
            case .link: if !present[index] { late.append(index) }
            case .hardLink: late.append(index)
            case .other, .unreadable: break
            }
        }
        // Only now: nothing must be written through a link.
        let links = LinkWriter(writer, keepsOuterLinks: keepsOuterLinks)
        for index in late {
            let item = plan.items[index]
            guard let reason = try links.make(item) else { continue }
            result.exceptions.append(HomeReceipt.Exception(path: ByteText.readable(item.path), reason: reason))
        }
        result.links = plan.items.links
        try writer.finish()
        return result
    }

    /// Reads the archive again, and hands out the contents of each item by its index.
    func readItems(_ plan: ImportPlan, _ body: (Int, MemberContents) throws -> Void) throws {
        var (number, next) = (0, 0)
        try withoutActuallyEscaping(body) { body in
            _ = try ArchiveReader.open(archive).readAll { _, contents in
                defer { number += 1 }
                guard next < plan.items.count, plan.items.number(next) == number else { return }
                defer { next += 1 }
                try body(next, contents)
            }
        }
    }
}
