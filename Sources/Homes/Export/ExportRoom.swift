import Foundation

/// The room for an archive on the disk that it is written to.
struct ExportRoom {
    private let part: String
    private let user: ProcessUser

    /// - Parameters:
    ///   - part: the path of the unfinished archive, which is there.
    ///   - user: whom this process acts as: root may fill the disk to its end.
    init(_ part: String, as user: ProcessUser) {
        self.part = part
        self.user = user
    }

    /// - Throws: `HomeError.notWritten` when the archive cannot fit.
    func check(_ summary: HomeSnapshot.Summary, _ format: ArchiveFormat) throws {
        var (disk, file) = (statvfs(), stat())
        guard statvfs(part, &disk) == 0, stat(part, &file) == 0, disk.f_blocks > 0 else { return }
        func bytes(_ blocks: UInt) -> UInt64 {
            let (bytes, isTooHigh) = UInt64(blocks).multipliedReportingOverflow(by: UInt64(disk.f_frsize))
            return isTooHigh ? .max : bytes
        }
        let (length, whole) = (summary.length(format), bytes(disk.f_blocks))
        let free = bytes(user.isRoot ? disk.f_bfree : disk.f_bavail)
        // Anybody can have files of holes that fill no disk, but would be written for days.
        guard length <= whole else {
            let advice = format == .zip ? "; a tar leaves out the holes of files" : ""
            throw HomeError.notWritten(part, reason: "the archive has \(length) bytes and the disk \(whole)\(advice)")
        }
        // A tar is as long as what is no hole, and holes of a ZIP become holes of its file.
        let needed = min(length, summary.tarLength)
        let missing = needed - min(needed, UInt64(max(0, file.st_blocks)) * 512)
        guard missing <= free else {
            throw HomeError.notWritten(part, reason: "it needs \(missing) bytes more, and the disk has \(free) free")
        }
    }
}
