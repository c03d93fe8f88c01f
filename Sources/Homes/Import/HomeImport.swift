import FleetTools
import Foundation

/// Puts what is in an archive into a folder. The archive is checked first; nothing is overwritten without being told, and
/// nothing is written outside of the folder.
package struct HomeImport: Sendable {
    package enum Event: Sendable, Equatable {
        case began(bytes: UInt64, files: Int)
        case wrote(bytes: Int, files: Int)
    }

    package let archive: String
    package let target: String
    /// Whether things that are there and differ are overwritten.
    package var replaces = false
    /// Whether links are made that lead out of the folder.
    package var keepsOuterLinks = false
    /// Bytes that may be in the folder when all is done; nil: as many as fit on the disk.
    package var quota: UInt64?
    /// Who owns what is made, when this is root; nil: the owner of the folder.
    package var account: HomeOwner?

    package init(_ archive: String, to target: String) {
        self.archive = archive
        self.target = target
    }

    /// What was done.
    package struct Result: Sendable, Codable, Equatable {
        package var kind = "import"
        /// Of the archive's manifest; nil when it has none.
        package var owner: String?
        package var files = 0
        package var folders = 0
        package var links = 0
        package var bytes: UInt64 = 0
        /// Things that were there already as they are in the archive.
        package var present = 0
        /// Of the archive's manifest; nil when it has none.
        package var root: String?
        package var exceptions: [HomeReceipt.Exception] = []
    }

    /// - Throws: `ImportError` before anything is written; `HomeError`, `CancellationError`. Asked again, it goes on with
    ///   what is missing.
    package func run(_ tell: @escaping (Event) -> Void = { _ in }) throws -> Result {
        let plan = try ImportPlan(archive, ImportPlan.Limits(bytes: try room(), keepsOuterLinks: keepsOuterLinks))
        var (root, owner) = (String?.none, String?.none)
        if plan.isOurs {
            let verification = try HomeVerification(archive)
            guard verification.faults.isEmpty else {
                throw ImportError.damaged(archive, verification.faults.prefix(10).map { "\($0.path): \($0.what)" })
            }
            (root, owner) = (verification.root, verification.owner)
        }
        // Not before: what is refused leaves nothing behind.
        if !isThere { try FileWriting.makeFolder(target) }
        let writer = try ImportWriter(target, account: account ?? ownerOfTarget())
        let present = try compare(plan, writer)
        tell(.began(bytes: plan.bytes, files: plan.items.count))
        var result = try write(plan, present, writer, tell)
        (result.root, result.owner) = (root, owner)
        return result
    }

    /// Bytes that may still be written, by the quota and the disk.
    private func room() throws -> UInt64 {
        var disk = URL(filePath: target, directoryHint: .isDirectory)
        while disk.path != "/", !FileManager.default.fileExists(atPath: disk.path) { disk.deleteLastPathComponent() }
        var status = statvfs()
        guard statvfs(disk.path, &status) == 0 else {
            throw HomeError.notAFolder(target, reason: String(cString: strerror(errno)))
        }
        let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        guard let quota else { return free }
        var used: UInt64 = 0
        if isThere { try HomeWalk(target).run { if case .entry(let entry) = $0 { used += UInt64(entry.allocated) } } }
        return min(free, quota - min(quota, used))
    }

    private var isThere: Bool { FileManager.default.fileExists(atPath: target) }

    private func ownerOfTarget() -> HomeOwner? {
        var status = stat()
        guard geteuid() == 0, stat(target, &status) == 0 else { return nil }
        return HomeOwner(user: status.st_uid, group: status.st_gid)
    }

    /// For each item, whether it is there as it should be. Others that are there are conflicts.
    private func compare(_ plan: ImportPlan, _ writer: ImportWriter) throws -> [Bool] {
        var (conflicts, count) = ([String](), 0)
        let present = try (0..<plan.items.count).map { index in
            try Task.checkCancellation()
            let item = plan.items[index]
            let state = writer.state(of: item)
            if state == .other {
                count += 1
                if conflicts.count < 10 { conflicts.append(ByteText.readable(item.path)) }
            }
            return state == .same
        }
        guard replaces || count == 0 else { throw ImportError.conflicts(conflicts, count: count) }
        return present
    }

    private func write(
        _ plan: ImportPlan, _ present: [Bool], _ writer: ImportWriter, _ tell: @escaping (Event) -> Void
    ) throws -> Result {
        var result = Result(present: present.count(where: \.self))
        result.exceptions = plan.left
        var (number, next) = (0, 0)
        var late: [Int] = []
        try ArchiveReader.open(archive).readAll { member, contents in
            defer { number += 1 }
            guard next < plan.items.count else { return }
            let item = plan.items[next]
            guard item.number == number else { return }
            defer { next += 1 }
            switch member.kind {
            case .folder:
                try writer.makeFolder(item)
                result.folders += 1
            case .file:
                result.files += 1
                result.bytes += member.size
                guard !present[next] else { return tell(.wrote(bytes: Int(member.size), files: 1)) }
                try writer.writeFile(item, contents) { tell(.wrote(bytes: $0, files: 0)) }
                tell(.wrote(bytes: 0, files: 1))
            case .link, .hardLink: if !present[next] { late.append(next) }
            case .other: break
            }
        }
        // Only now: nothing must be written through a link.
        for index in late { try writer.makeLink(plan.items[index]) }
        result.links = plan.items.links
        try writer.finish()
        return result
    }
}
