import Foundation

/// The room for an import: how much may be written to a folder, by the disk and a quota.
struct ImportRoom {
    /// Bytes that are free on the disk.
    private let free: UInt64
    private let quota: UInt64?
    /// Bytes that the folder takes on the disk.
    private var used: UInt64 = 0
    /// Bytes of the folder with its holes, which archives count.
    private var extent: UInt64 = 0

    /// Parts of files that an import left when it was killed.
    private(set) var leftovers: [[UInt8]] = []
    /// Folders that it made and did not settle.
    private(set) var unsettled: [[UInt8]] = []
    /// Bytes that the leftovers take on the disk; they come back.
    private var leftoverBytes: UInt64 = 0

    /// The part of an archive that is in the folder already.
    struct Present {
        /// Bytes of all files.
        var size: UInt64 = 0
        /// Bytes that it takes on the disk.
        var allocated: UInt64 = 0
    }

    /// Looks at a folder, which need not be there.
    ///
    /// - Throws: `HomeError`, `CancellationError`.
    init(_ target: String, quota: UInt64?) throws {
        var status = statvfs()
        guard statvfs(TargetFolder.nearest(target), &status) == 0 else {
            throw HomeError.notAFolder(target, reason: SystemError("statvfs").reason)
        }
        free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        self.quota = quota
        guard FileManager.default.fileExists(atPath: target) else { return }
        try HomeWalk(target).run { found in
            guard case .entry(let entry) = found else { return }
            used = used.adding(UInt64(max(0, entry.allocated)))
            extent = extent.adding(UInt64(max(0, entry.allocated, entry.size)))
            if entry.kind == .directory, entry.permissions == ImportWriter.unsettled { unsettled.append(entry.path) }
            guard entry.isFile, ImportPart.is(FolderChain.split(entry.path).name) else { return }
            leftovers.append(entry.path)
            leftoverBytes = leftoverBytes.adding(UInt64(max(0, entry.allocated)))
        }
    }

    /// The most bytes that can fit, however much of them is there already.
    var most: UInt64 { min(free, quota.map { $0 - min($0, used) } ?? free).adding(extent) }

    /// The bytes that may still be written. What is there counts once, and as it did when it was written: by its size.
    func left(_ present: Present) -> UInt64 {
        let disk = free.adding(leftoverBytes)
        guard let quota else { return disk }
        let others = used - min(used, present.allocated.adding(leftoverBytes))
        return min(disk, quota - min(quota, others.adding(present.size)))
    }
}

extension UInt64 {
    /// The sum, or the highest number when it is higher.
    func adding(_ other: UInt64) -> UInt64 {
        let (sum, isTooHigh) = addingReportingOverflow(other)
        return isTooHigh ? .max : sum
    }
}
