import FleetTesting
import FleetTools
import Foundation
import Synchronization
import Testing
import Texts

@testable import Homes

/// What owners of homes may do to whoever archives them.
@Suite(.tags(.medium))
struct HostileHomeTests {
    private func bytes(_ snapshot: HomeSnapshot, _ format: ArchiveFormat) throws -> [UInt8] {
        let stream = try ArchiveStream(snapshot, format)
        var bytes: [UInt8] = []
        while let piece = try stream.next() { bytes += piece }
        return bytes
    }

    private func snapshot(_ folder: TemporaryFolder) throws -> HomeSnapshot {
        try HomeSnapshot.take(of: folder.path + "/home", owner: "ada", in: folder.path + "/state")
    }

    @Test func filesOfHolesDoNotOverflow() throws {
        let folder = try TemporaryFolder().write(["home/z": "small"])
        // The largest that the file system takes, so often that sums would be too large.
        var size = Int64.max
        for number in 0..<520 {
            let path = String(format: "%@/home/a%03d", folder.path, number)
            close(open(path, O_WRONLY | O_CREAT, 0o644))
            while truncate(path, off_t(size)) != 0, size > 1 { size /= 2 }
        }
        let taken = try snapshot(folder)
        #expect(taken.summary.bytes <= HomeWalk.mostBytes)
        if size > HomeWalk.mostBytes / 520 {
            #expect(try taken.problems(limit: 1).map(\.reason) == [.tooLarge])
        }
        #expect(Int64(exactly: taken.summary.length(.zip)) != nil)
        let chain = try FolderChain(folder.path)
        #expect(try UsageWalk.measure(Array("home".utf8), in: chain).apparent <= HomeWalk.mostBytes)
    }

    @Test(arguments: [Int64.max, .min, Int64(Int32.max) + 1, -11_644_473_601, 910_000_000_000])
    func anyTimeCanBeArchived(_ time: Int64) throws {
        let entry = HomeEntry(
            path: [0x61], kind: .file(size: 1), permissions: 0o644, modified: time,
            version: FileVersion(inode: 1, changed: 1))
        for format in ArchiveFormat.allCases {
            #expect(format.length(of: ArchiveMember(entry, index: 0, data: nil)) > 0)
        }
        // As nanoseconds, for moves.
        #expect(FileTime.pair(time)[0].tv_nsec >= 0)
    }

    @Test func foldersWithoutEndAreLeftOut() throws {
        let folder = try TemporaryFolder().write(["home/z": "small"])
        let name = String(repeating: "d", count: 250)
        var above = open(folder.path + "/home", O_RDONLY | O_DIRECTORY)
        for _ in 0..<80 {
            #expect(mkdirat(above, name, 0o755) == 0)
            close(openat(above, "file", O_WRONLY | O_CREAT, 0o644))
            let next = openat(above, name, O_RDONLY | O_DIRECTORY)
            close(above)
            above = next
        }
        close(above)
        let taken = try snapshot(folder)
        let problems = try taken.problems(limit: 10)
        #expect(problems.map(\.reason) == [.pathTooLong])
        #expect(taken.summary.files == taken.summary.folders + 2)
        #expect(UInt64(try bytes(taken, .tar).count) == taken.summary.length(.tar))
    }

    @Test func aFileOfSomebodyElseDoesNotComeInTheirPlace() throws {
        guard geteuid() == 0 else { return }
        let folder = try TemporaryFolder().write(["home/mine": "12345", "secret": "not ada's"])
        chmod(folder.path + "/secret", 0o600)
        for path in ["home", "home/mine"] { chown("\(folder.path)/\(path)", 4_001, 4_001) }
        chown(folder.path + "/secret", 4_002, 4_002)
        let taken = try snapshot(folder)
        unlink(folder.path + "/home/mine")
        link(folder.path + "/secret", folder.path + "/home/mine")
        let archive = try bytes(taken, .zip)
        #expect(Data(archive).range(of: Data("not a".utf8)) == nil)
        #expect(Data(archive).range(of: Data("unreadable".utf8)) != nil)
    }

    /// Two at once, and a file that changes between them: one is whole, the other one ends early.
    @Test(arguments: ArchiveFormat.allCases) func twoReadersOfAChangingFileDoNotSpoilEachOther(_ format: ArchiveFormat)
        throws
    {
        let text = String(repeating: "a", count: 100_000)
        let folder = try TemporaryFolder().write(["home/file": text])
        let taken = try snapshot(folder)
        let (first, second) = (
            try ArchiveStream(taken, format, pieceSize: 10_000), try ArchiveStream(taken, format, pieceSize: 10_000)
        )
        var archive: [UInt8] = []
        for _ in 0..<3 { archive += try first.next() ?? [] }
        _ = try second.next()
        try text.replacing("a", with: "b").write(toFile: folder.path + "/home/file", atomically: false, encoding: .utf8)
        // The first one reads the file to its end, then the other one.
        for _ in 0..<8 { archive += try first.next() ?? [] }
        #expect(throws: HomeError.self) { while try second.next() != nil {} }
        while let piece = try first.next() { archive += piece }
        let path = "\(folder.path)/ada.\(format.rawValue)"
        try Data(archive).write(to: URL(filePath: path))
        #expect(try HomeVerification(path).faults == [])
    }

    @Test func whatIsWrittenWithoutATraceIsNoticed() throws {
        let folder = try TemporaryFolder().write(["home/file": "12345"])
        let taken = try snapshot(folder)
        let whole = try bytes(taken, .zip)
        #expect(try bytes(taken, .zip) == whole)
        // As if the time of the change had stayed the same.
        let table = try taken.table(.zip)
        let now = try table.slot(0)
        try "54321".write(toFile: folder.path + "/home/file", atomically: false, encoding: .utf8)
        guard
            case .file(_, let version) = try HomeFiles(taken.summary.home.text).open(
                HomeEntry(
                    path: Array("file".utf8), kind: .file(size: 5), permissions: 0, modified: 0, version: now.version))
        else { throw HomeError.outdated("file") }
        var slot = now
        slot.version = version
        unlink(taken.folder + "/digests.zip")
        let other = try HomeSnapshot(folder: taken.folder)
        try other.table(.zip).settle(0, slot)
        #expect(throws: HomeError.outdated("file")) { try bytes(other, .zip) }
    }

    @Test func anArchiveIsNotWrittenIntoItsHomeNorBeyondTheDisk() throws {
        let folder = try TemporaryFolder().write(["home/a": "a"])
        symlink("home/..", folder.path + "/here")
        let export = HomeExport(of: folder.path + "/here/home", owner: "ada", format: .zip)
        for path in ["/home/ada.zip", "/home/../home/ada.zip"] {
            #expect(throws: HomeError.self) { try export.write(to: folder.path + path) }
            #expect(throws: HomeError.self) { try export.compress(to: folder.path + path) }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/home") == ["a"])
        // As many holes as the file system takes.
        var size = HomeWalk.mostBytes / 2
        while truncate(folder.path + "/home/a", off_t(size)) != 0 { size /= 2 }
        guard size > 1 << 43 else { return }
        #expect(throws: HomeError.self) { try export.write(to: folder.path + "/ada.zip") }
    }

    @Test func aStreamEndsWhenNobodyWaits() throws {
        let folder = try TemporaryFolder().write(["home/a": "a"])
        truncate(folder.path + "/home/a", 1 << 40)
        let taken = try snapshot(folder)
        let asked = Mutex(0)
        let stream = try ArchiveStream(taken, .tar) {
            asked.withLock {
                $0 += 1
                return $0 < 4
            }
        }
        #expect(throws: CancellationError.self) { while try stream.next() != nil {} }
        // The end of the archive is behind the hole.
        let end = try ArchiveStream(taken, .tar, from: taken.summary.tarLength - 1) { false }
        #expect(throws: CancellationError.self) { try end.next() }
    }
}
