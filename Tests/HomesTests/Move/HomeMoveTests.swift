import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Homes

/// Homes moved between two folders, with the odd things that homes have and whatever can be in the way.
@Suite(.tags(.medium))
struct HomeMoveTests: MoveBed {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder().write([
            "old/ada/notes.txt": "hello", "old/ada/.hidden/deep/file": "x", "old/bob/data": "bob's",
            "old/_shared/set": "s", "outside/secret": "never",
        ])
        try files.createDirectory(atPath: new, withIntermediateDirectories: false)
        try files.createDirectory(atPath: old + "/ada/empty", withIntermediateDirectories: false)
    }

    private func write(_ path: String, _ text: String, seconds: Int = 2_000_000_000) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        try files.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: Double(seconds))], ofItemAtPath: path)
    }

    private func read(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    private func status(_ path: String) -> stat {
        var status = stat()
        #expect(lstat(path, &status) == 0, "\(path)")
        return status
    }

    @Test func oddThingsArriveAsTheyAre() async throws {
        symlink("../../outside", old + "/ada/out")
        symlink(".", old + "/ada/loop")
        mkfifo(old + "/ada/fifo", 0o600)
        chmod(old + "/ada/notes.txt", 0o751)
        chmod(old + "/ada/empty", 0o500)
        var times = [timespec(tv_sec: 1, tv_nsec: 2), timespec(tv_sec: -5, tv_nsec: 123_456_789)]
        utimensat(AT_FDCWD, old + "/ada/notes.txt", &times, 0)
        utimensat(AT_FDCWD, old + "/ada/loop", &times, AT_SYMLINK_NOFOLLOW)
        truncate(old + "/ada/.hidden/deep/file", 1 << 30)
        rename(
            old + "/bob/data", [CChar](Array((old + "/bob/caf").utf8).map { CChar($0) } + [CChar(bitPattern: 0xE9), 0]))
        let result = try await move()
        #expect(result.homes.map(\.state) == [.same, .same])
        #expect(result.homes[0].skipped == [MoveResult.Note(path: "fifo", why: "it is a fifo, a socket or a device")])
        #expect(result.homes[0].conflicts + result.homes[0].differences == [])
        #expect(result.leftOut == ["_shared"])
        for name in ["notes.txt", "loop", "empty", ".hidden/deep", "out", ".hidden/deep/file"] {
            let (before, after) = (status("\(old)/ada/\(name)"), status("\(new)/ada/\(name)"))
            #expect(before.st_mode == after.st_mode, "\(name)")
            #expect(before.st_mtim.tv_sec == after.st_mtim.tv_sec, "\(name)")
            #expect(before.st_mtim.tv_nsec == after.st_mtim.tv_nsec, "\(name)")
        }
        #expect(status(new + "/ada/.hidden/deep/file").st_blocks < 1000)
        #expect(try files.destinationOfSymbolicLink(atPath: new + "/ada/out") == "../../outside")
        #expect(try files.contentsOfDirectory(atPath: new).sorted() == [".hubfleet-move", "ada", "bob"])
    }

    /// The number of both sides is the one that an archive of the home has.
    @Test func theRootIsThatOfTheArchive() async throws {
        symlink("notes.txt", old + "/ada/link")
        let result = try await move()
        let root = try HomeExport(of: old + "/ada", owner: "ada", format: .zip).stream { _ in }.tree
        #expect(result.homes[0].sourceRoot == root)
        #expect(result.homes[0].targetRoot == root)
        #expect(root?.count == 64)
    }

    @Test func laterRunsCopyOnlyWhatIsNewOrChanged() async throws {
        #expect(try await move().homes[0].copied == 2)
        var again = try await move().homes[0]
        #expect((again.copied, again.unchanged) == (0, 2))
        try write(old + "/ada/notes.txt", "HELLO")
        try write(old + "/ada/new", "n")
        chmod(old + "/ada/.hidden/deep/file", 0o600)
        again = try await move().homes[0]
        #expect((again.copied, again.unchanged, again.state) == (3, 0, .same))
        #expect(read(new + "/ada/notes.txt") == "HELLO")
    }

    @Test func whatIsGoneIsListedAndRemovedInTheEnd() async throws {
        try await move()
        try write(new + "/ada/theirs", "made on the new hub")
        try write(new + "/ada/.hidden/deep/file", "changed on the new hub")
        try files.removeItem(atPath: old + "/ada/.hidden")
        try files.removeItem(atPath: old + "/ada/empty")
        var home = try await move().homes[0]
        #expect(home.gone == [".hidden", ".hidden/deep", "empty"])
        #expect(home.state == .differs)
        home = try await move { $0.isFinal = true }.homes[0]
        #expect(home.removed == 1)
        #expect(!files.fileExists(atPath: new + "/ada/empty"))
        #expect(read(new + "/ada/theirs") == "made on the new hub")
        #expect(read(new + "/ada/.hidden/deep/file") == "changed on the new hub")
        #expect(home.differences.contains(MoveResult.Note(path: "theirs", why: "only on the target")))
    }

    @Test func nothingOfOthersIsReplaced() async throws {
        try files.createDirectory(atPath: new + "/ada", withIntermediateDirectories: false)
        try write(new + "/ada/notes.txt", "somebody else's")
        var home = try await move().homes[0]
        #expect(home.conflicts == [MoveResult.Note(path: "notes.txt", why: "the target has another one already")])
        #expect(home.state == .differs)
        #expect(read(new + "/ada/notes.txt") == "somebody else's")
        #expect(read(new + "/ada/.hidden/deep/file") == "x")
        home = try await move { $0.replaces = true }.homes[0]
        #expect(home.state == .same)
        try write(new + "/ada/notes.txt", "changed on the new hub")
        home = try await move().homes[0]
        #expect(home.conflicts.map(\.why) == ["it was changed on the target since it was moved there"])
        #expect(read(new + "/ada/notes.txt") == "changed on the new hub")
    }

    @Test func linksOnTheTargetAreNeverFollowed() async throws {
        try files.createDirectory(atPath: new + "/ada", withIntermediateDirectories: false)
        symlink("../../outside", new + "/ada/.hidden")
        symlink("../outside", new + "/bob")
        let result = try await move()
        #expect(result.homes.map(\.state) == [.differs, .failed])
        #expect(try files.contentsOfDirectory(atPath: folder.path + "/outside") == ["secret"])
        #expect(result.homes[0].conflicts.map(\.path) == [".hidden"])
    }

    @Test func filesAndFoldersTakeEachOthersPlace() async throws {
        try await move()
        try files.removeItem(atPath: old + "/ada/notes.txt")
        try files.createDirectory(atPath: old + "/ada/notes.txt", withIntermediateDirectories: false)
        try write(old + "/ada/notes.txt/inner", "i")
        let second = try await move().homes[0]
        #expect(second.state == .same, "\(second)")
        try files.removeItem(atPath: old + "/ada/notes.txt")
        try write(old + "/ada/notes.txt", "a file again")
        let home = try await move().homes[0]
        #expect(home.conflicts.map(\.why) == ["a folder is in its place on the target"])
        #expect(try await move { $0.isFinal = true }.homes[0].state == .same)
        #expect(read(new + "/ada/notes.txt") == "a file again")
    }

    /// An NFS server that went away leaves an empty folder.
    @Test func anEmptySourceRemovesNothing() async throws {
        try await move()
        try files.removeItem(atPath: old + "/ada")
        try files.createDirectory(atPath: old + "/ada", withIntermediateDirectories: false)
        let home = try await move { $0.isFinal = true }.homes[0]
        #expect(home.state == .failed)
        #expect(home.failure?.contains("is it mounted?") == true)
        #expect(read(new + "/ada/notes.txt") == "hello")
        try files.removeItem(atPath: old)
        try files.createDirectory(atPath: old, withIntermediateDirectories: false)
        await #expect(throws: MoveError.noHomes(old)) { try await move() }
    }

    @Test func unfinishedFilesAreTidiedAway() async throws {
        try await move()
        try write(new + "/ada/.hubfleet-move.0123456789abcdef.part", "half")
        try write(new + "/ada/.hubfleet-move.notes", "no such name")
        try await move()
        let names = try files.contentsOfDirectory(atPath: new + "/ada")
        #expect(names.filter { $0.hasPrefix(".hubfleet-move") } == [".hubfleet-move.notes"])
    }

    @Test func namesChangeWithTheMap() async throws {
        let map = try UserMap(Array("ada,Ada@x.org\nzoe,z\n".utf8), file: "map.csv")
        let result = try await move {
            $0.map = map
            $0.toScheme = .escape
        }
        #expect(result.homes.map(\.target) == ["ada-40x-2eorg", "bob"])
        #expect(result.homes.map(\.newUser) == ["ada@x.org", "bob"])
        #expect(result.withoutHome == ["zoe"])
        #expect(read(new + "/ada-40x-2eorg/notes.txt") == "hello")
    }

    @Test func oneUserAloneOrNobodyIsMoved() async throws {
        #expect(try await move { $0.users = ["bob"] }.homes.map(\.folder) == ["bob"])
        let error = await #expect(throws: MoveError.self) { try await move { $0.users = ["zoe"] } }
        #expect(error?.description.contains("zoe has no home in \(old); its folder would be zoe") == true)
        try files.createSymbolicLink(atPath: old + "/zoe", withDestinationPath: old + "/bob")
        await #expect(throws: HomeError.link(old + "/zoe")) { try await move { $0.users = ["zoe"] } }
    }

    @Test func aDryRunAndAComparisonWriteNothing() async throws {
        let planned = try await move { $0.isDryRun = true }
        #expect(planned.homes.map(\.copied) == [2, 1])
        #expect(planned.homes.map(\.state) == [.planned, .planned])
        #expect(try files.contentsOfDirectory(atPath: new) == [])
        try await move()
        try write(new + "/bob/data", "BOB'S", seconds: Int(status(old + "/bob/data").st_mtim.tv_sec))
        let compared = try await move { $0.isVerifyOnly = true }
        #expect(compared.homes.map(\.state) == [.same, .differs])
        #expect(compared.homes[1].differences.map(\.path) == ["data"])
        #expect(read(new + "/bob/data") == "BOB'S")
    }

    @Test func placesWithinEachOtherAreRefused() async throws {
        await #expect(throws: MoveError.self) { try await move { $0.to = old } }
        await #expect(throws: MoveError.self) { try await move { $0.to = old + "/ada" } }
        symlink(old, folder.path + "/alias")
        await #expect(throws: MoveError.self) { try await move { $0.to = folder.path + "/alias" } }
        let none = folder.path + "/none"
        await #expect(throws: MoveError.noFolder(none, option: "--to")) { try await move { $0.to = none } }
        await #expect(throws: MoveError.noFolder(none, option: "--from")) { try await move { $0.from = none } }
    }

    /// Whatever links lead there, and also where nothing is yet.
    @Test func nothingIsWrittenIntoTheOldSide() async throws {
        let before = try files.subpathsOfDirectory(atPath: old).sorted()
        symlink("old/ada/.hidden", folder.path + "/inner")
        symlink("old", folder.path + "/alias")
        try files.createDirectory(atPath: folder.path + "/homes", withIntermediateDirectories: false)
        let changes: [(inout MoveSettings) -> Void] = [
            { $0.to = folder.path + "/inner" }, { $0.to = folder.path + "/inner/deep" },
            { $0.to = folder.path + "/alias/ada" }, { $0.state = old }, { $0.state = old + "/st" },
            { $0.state = folder.path + "/alias/not/there" }, { $0.receipt = old + "/receipt.json" },
            { $0.receipt = folder.path + "/inner/receipt.json" }, { $0.state = new }, { $0.state = new + "/ada" },
            // Its journals would be there.
            { ($0.from, $0.state) = (folder.path + "/homes", folder.path) },
        ]
        for change in changes { await #expect(throws: MoveError.self) { try await move(change) } }
        #expect(try files.subpathsOfDirectory(atPath: old).sorted() == before)
        #expect(try files.contentsOfDirectory(atPath: new) == [])
        #expect(try await move { $0.state = folder.path + "/not/there" }.isGood)
        #expect(try await move { $0.state = new + "/.hubfleet-move" }.isGood)
        // Hidden, so no home; it wrote none of what is there.
        #expect(try await move { $0.state = new + "/.other/deep" }.homes.count == 2)
    }

    @Test func eachUserIsTakenOnce() async throws {
        #expect(try await move { $0.users = ["bob", "ada", "bob"] }.homes.map(\.folder) == ["bob", "ada"])
    }

    @Test func damagedJournalsAreSaid() async throws {
        try await move()
        let journal = new + "/.hubfleet-move/homes/ada.jsonl"
        let text = try #require(read(journal))
        try (text + "{\"wrote\":\"cut of").write(toFile: journal, atomically: false, encoding: .utf8)
        #expect(try await move().homes[0].state == .same)
        #expect(read(journal) == text)
        try text.replacingOccurrences(of: "\"kind\"", with: "kind").write(
            toFile: journal, atomically: false, encoding: .utf8)
        let home = try await move().homes[0]
        #expect(home.state == .failed)
        #expect(home.failure?.contains("ada.jsonl cannot be continued: line 2 is damaged") == true)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away")) func ownersAreKeptOrGiven() async throws {
        lchown(old + "/ada/notes.txt", 1234, 5678)
        symlink("nowhere", old + "/ada/link")
        lchown(old + "/ada/link", 1234, 5678)
        chmod(old + "/ada/notes.txt", 0o4755)
        #expect(try await move().homes[0].state == .same)
        for name in ["notes.txt", "link"] {
            #expect(status("\(new)/ada/\(name)").st_uid == 1234)
            #expect(status("\(new)/ada/\(name)").st_gid == 5678)
        }
        #expect(status(new + "/ada/notes.txt").st_mode & 0o7777 == 0o4755)
        let home = try await move { $0.owner = HomeOwner("77:88") }.homes[0]
        #expect(home.state == .same)
        #expect(home.skipped.map(\.why) == ["copied without the bits that set a user or a group"])
        for name in ["", "notes.txt", "link", ".hidden/deep"] {
            #expect(status("\(new)/ada/\(name)").st_uid == 77, "\(name)")
            #expect(status("\(new)/ada/\(name)").st_gid == 88, "\(name)")
        }
        #expect(status(new + "/ada/notes.txt").st_mode & 0o7777 == 0o755)
    }

    @Test func twoMovesAtOnceAreRefused() async throws {
        try await move()
        let lock = try FileLock(path: new + "/.hubfleet-move/lock", holder: "the other")
        await #expect(throws: FileError.self) { try await move() }
        withExtendedLifetime(lock) {}
    }
}
