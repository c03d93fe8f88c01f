import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Homes

@Suite(.tags(.medium))
struct HomeImportTests {
    private func python(_ program: String, _ arguments: String...) async throws {
        let output = try await RealThings.runner().run(Invocation("python3", ["-c", program] + arguments))
        try #require(output.status == 0, "\(output.standardError)")
    }

    @Test(arguments: ArchiveFormat.allCases, 0..<4 as Range<UInt64>)
    func whatWasArchivedComesBack(_ format: ArchiveFormat, seed: UInt64) throws {
        let folder = try TemporaryFolder()
        _ = try RandomHome(folder.path + "/home", seed: seed)
        let archive = folder.path + "/ada." + format.rawValue
        let receipt = try HomeExport(of: folder.path + "/home", owner: "ada", format: format).write(to: archive)
        var task = HomeImport(archive, to: folder.path + "/back")
        task.keepsOuterLinks = true
        let result = try task.run()
        #expect(result.root == receipt.root)
        #expect((result.files, result.folders, result.links) == (receipt.files, receipt.folders, receipt.links))
        var verification = try HomeVerification(archive)
        try verification.compare(with: folder.path + "/back")
        #expect(verification.faults == [])
        // The same root, made of the copy: times are those of the home, too.
        let again = try HomeExport(of: folder.path + "/back", owner: "ada", format: .tar).write(
            to: folder.path + "/again.tar")
        #expect(again.root == receipt.root)
        #expect(try task.run().present == receipt.files + receipt.folders + receipt.links)
    }

    @Test func nothingIsOverwrittenWithoutBeingTold() throws {
        let folder = try TemporaryFolder().write(["home/a": "a", "home/b": "b", "back/a": "mine", "back/c": "c"])
        let archive = folder.path + "/ada.zip"
        _ = try HomeExport(of: folder.path + "/home", owner: "ada", format: .zip).write(to: archive)
        var task = HomeImport(archive, to: folder.path + "/back")
        #expect(throws: ImportError.conflicts(["a"], count: 1)) { try task.run() }
        #expect(try folder.read("back/a") == "mine")
        #expect(!folder.exists("back/b"))
        task.replaces = true
        _ = try task.run()
        #expect(try folder.read("back/a") == "a")
        #expect(try folder.read("back/c") == "c")
    }

    /// Time and size are not all there is to a file.
    @Test(arguments: [ArchiveFormat.zip, .tar]) func whatOnlyLooksTheSameDiffers(_ format: ArchiveFormat) throws {
        let folder = try TemporaryFolder().write(["home/a": "one", "home/b": "b", "home/c": "c"])
        let archive = folder.path + "/ada." + format.rawValue
        _ = try HomeExport(of: folder.path + "/home", owner: "ada", format: format).write(to: archive)
        var task = HomeImport(archive, to: folder.path + "/back")
        _ = try task.run()
        let times = try FileManager.default.attributesOfItem(atPath: folder.path + "/back/a")
        try folder.write(["back/a": "two"])
        try FileManager.default.setAttributes(
            [.modificationDate: times[.modificationDate] as Any, .posixPermissions: times[.posixPermissions] as Any],
            ofItemAtPath: folder.path + "/back/a")
        chmod(folder.path + "/back/c", 0o777)
        unlink(folder.path + "/back/b")
        #expect(throws: ImportError.conflicts(["a", "c"], count: 2)) { try task.run() }
        #expect(!folder.exists("back/b"), "what is refused writes nothing")
        task.replaces = true
        #expect(try task.run().present == 0)
        #expect(try folder.read("back/a") == "one")
        var verification = try HomeVerification(archive)
        try verification.compare(with: folder.path + "/back")
        #expect(verification.faults == [])
        #expect(try task.run().present == 3)
    }

    @Test func whatCannotBeComparedStaysAsItIs() async throws {
        let folder = try TemporaryFolder()
        let make = """
            import sys, zipfile
            with zipfile.ZipFile(sys.argv[1] + "/a.zip", "w") as archive:
                archive.writestr(zipfile.ZipInfo("a"), "12345"); archive.writestr(zipfile.ZipInfo("b"), "b")
            """
        try await python(make, folder.path)
        let archive = folder.path + "/a.zip"
        var task = HomeImport(archive, to: folder.path + "/back")
        _ = try task.run()
        unlink(folder.path + "/back/b")
        var bytes = try Data(contentsOf: URL(filePath: archive))
        bytes[try #require(bytes.range(of: Data("12345".utf8))).lowerBound] = 0x39
        try bytes.write(to: URL(filePath: archive))
        task.replaces = true
        let result = try task.run()
        #expect(result.exceptions == [HomeReceipt.Exception(path: "a", reason: "the archive is damaged here")])
        #expect(result.unreadable == 1)
        #expect(try folder.read("back/a") == "12345")
        #expect(try folder.read("back/b") == "b")
    }

    /// Programs that are started meanwhile have the lock's descriptor for a moment.
    @Test func aLockIsGivenBackAtOnce() throws {
        let folder = try TemporaryFolder()
        var lock: TargetLock? = try TargetLock(folder.path)
        #expect(throws: FileError.self) { try TargetLock(folder.path) }
        let copy = fcntl(try #require(lock).folder.number, F_DUPFD_CLOEXEC, 0)
        try #require(copy >= 0)
        defer { close(copy) }
        lock = nil
        _ = try TargetLock(folder.path)
    }

    /// As a second one would, or one on another machine where the folder has no locks.
    @Test func twoImportsNeverWriteToOneFile() async throws {
        let folder = try TemporaryFolder().write(["home/a": String(repeating: "a", count: 1 << 20), "home/b": "b"])
        let archive = folder.path + "/ada.zip"
        _ = try HomeExport(of: folder.path + "/home", owner: "ada", format: .zip).write(to: archive)
        let back = folder.path + "/back"
        var other: (any Error)?
        _ = try HomeImport(archive, to: back).run { event in
            guard case .wrote = event, other == nil else { return }
            do {
                _ = try HomeImport(archive, to: back).run()
            } catch {
                other = error
            }
        }
        guard case .held? = other as? FileError else {
            Issue.record("a second import began: \(String(describing: other))")
            return
        }
        #expect(ImportPart().name != ImportPart().name)
        #expect(ImportPart.is(ImportPart().name[...]))
        for name in [".hubfleet-import-", ".hubfleet-import-12", ".hubfleet-import-0123456789ABCDEF", "a"] {
            #expect(!ImportPart.is(Array(name.utf8)[...]))
        }
        var verification = try HomeVerification(archive)
        try verification.compare(with: back)
        #expect(verification.faults == [])
    }

    /// A home that was exported after an import was killed.
    @Test func whatIsCalledLikeAPartComesBack() throws {
        let name = ".hubfleet-import-0123456789abcdef"
        let folder = try TemporaryFolder().write(["home/" + name: "a", "home/d/" + name: "b"])
        let archive = folder.path + "/ada.zip"
        _ = try HomeExport(of: folder.path + "/home", owner: "ada", format: .zip).write(to: archive)
        let task = HomeImport(archive, to: folder.path + "/back")
        for present in [0, 3] {
            #expect(try task.run().present == present)
            #expect(try folder.read("back/" + name) == "a" && folder.read("back/d/" + name) == "b")
        }
    }

    @Test(arguments: ArchiveFormat.allCases) func aPrivateHomeStaysPrivate(_ format: ArchiveFormat) throws {
        let folder = try TemporaryFolder().write(["home/a": "a"])
        let archive = folder.path + "/ada." + format.rawValue
        func mode(_ name: String) -> Int? {
            (try? FileManager.default.attributesOfItem(atPath: folder.path + "/" + name))?[.posixPermissions] as? Int
        }
        chmod(folder.path + "/home", 0o750)
        _ = try HomeExport(of: folder.path + "/home", owner: "ada", format: format).write(to: archive)
        _ = try HomeImport(archive, to: folder.path + "/new/back").run()
        #expect(mode("new/back") == 0o750)
        #expect(mode("new") == 0o755)
        #expect(try HomeVerification(archive).faults == [])
    }

    /// Small files take more room on the disk than they have bytes: what is there must not count twice, nor otherwise.
    @Test func anImportGoesOnWhereRoomIsTight() throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "x", count: 900)
        for number in 0..<60 { try folder.write(["home/d/\(number)": text]) }
        try folder.write(["home/last": String(repeating: "y", count: 40_000)])
        let archive = folder.path + "/ada.zip"
        _ = try HomeExport(of: folder.path + "/home", owner: "ada", format: .zip).write(to: archive)
        var task = HomeImport(archive, to: folder.path + "/back")
        task.quota = 120_000
        _ = try task.run()
        for name in ["last", "d/7", "d/8"] { unlink(folder.path + "/back/" + name) }
        // As a killed import leaves it.
        let part = ".hubfleet-import-0123456789abcdef"
        try folder.write(["back/" + part: String(repeating: "y", count: 39_000)])
        #expect(try task.run().present == 59)
        #expect(!folder.exists("back/" + part))
        #expect(try task.run().present == 62)
    }

    @Test func whatIsMissingMustFitBesideTheRest() throws {
        let folder = try TemporaryFolder().write([
            "home/a": String(repeating: "a", count: 300_000), "home/b": String(repeating: "b", count: 300_000),
            "back/other": String(repeating: "c", count: 1 << 20),
        ])
        let archive = folder.path + "/ada.zip"
        _ = try HomeExport(of: folder.path + "/home", owner: "ada", format: .zip).write(to: archive)
        var task = HomeImport(archive, to: folder.path + "/back")
        task.quota = 1 << 20 + 400_000
        #expect {
            try task.run()
        } throws: {
            if case .tooLarge(archive, let limit)? = $0 as? ImportError { limit <= 400_000 } else { false }
        }
        #expect(!folder.exists("back/a") && !folder.exists("back/b"))
        task.quota = 1 << 20 + 700_000
        #expect(try task.run().files == 2)
    }

    @Test(.enabled(if: geteuid() == 0)) func whatIsMadeBelongsToWhoeverOwnsThePlace() throws {
        let folder = try TemporaryFolder().write(["home/d/a": "a", "homes/x": ""])
        let archive = folder.path + "/ada.zip"
        _ = try HomeExport(of: folder.path + "/home", owner: "ada", format: .zip).write(to: archive)
        chown(folder.path + "/homes", 4321, 4322)
        func owner(_ name: String) -> [UInt32] {
            var status = stat()
            return lstat(folder.path + "/" + name, &status) == 0 ? [status.st_uid, status.st_gid] : []
        }
        _ = try HomeImport(archive, to: folder.path + "/homes/ada").run()
        for name in ["ada", "ada/d", "ada/d/a"] { #expect(owner("homes/" + name) == [4321, 4322], "\(name)") }
        var task = HomeImport(archive, to: folder.path + "/homes/new/bob")
        task.account = HomeOwner(user: 5000, group: 5001)
        _ = try task.run()
        #expect(owner("homes/new") == [4321, 4322], "only the home is the user's")
        for name in ["bob", "bob/d", "bob/d/a"] { #expect(owner("homes/new/" + name) == [5000, 5001], "\(name)") }
        // What was there before stays whose it is.
        try FileManager.default.createDirectory(
            atPath: folder.path + "/homes/there", withIntermediateDirectories: false)
        task = HomeImport(archive, to: folder.path + "/homes/there")
        _ = try task.run()
        #expect(owner("homes/there/d/a") == [0, 0])
    }

    @Test func aDamagedArchiveIsRefusedBeforeAnythingIsWritten() throws {
        let folder = try TemporaryFolder().write(["home/a": "12345", "home/b": "b"])
        let archive = folder.path + "/ada.zip"
        _ = try HomeExport(of: folder.path + "/home", owner: "ada", format: .zip).write(to: archive)
        var bytes = try Data(contentsOf: URL(filePath: archive))
        bytes[try #require(bytes.range(of: Data("12345".utf8))).lowerBound] = 0x39
        try bytes.write(to: URL(filePath: archive))
        #expect(throws: ImportError.self) { try HomeImport(archive, to: folder.path + "/back").run() }
        #expect(!folder.exists("back"), "what is refused leaves nothing")
    }

    /// Members that would be written elsewhere: each is an archive of its own, and nothing of it is written. A path that
    /// begins with `/` begins in the folder.
    @Test(arguments: ["../out", "/tmp/hubfleet-out", "/../out", "a/../../out", "", "a/./../../out"])
    func membersThatLeaveTheFolderAreRefused(_ name: String) async throws {
        let folder = try TemporaryFolder()
        let make = """
            import sys, zipfile, tarfile, io
            name = sys.argv[2]
            with zipfile.ZipFile(sys.argv[1] + ".zip", "w") as archive:
                archive.writestr(zipfile.ZipInfo("good"), "x")
                item = zipfile.ZipInfo("x"); item.filename = name or "/"
                archive.writestr(item, "bad")
            with tarfile.open(sys.argv[1] + ".tar", "w") as archive:
                for path in ("good", name or "/"):
                    item = tarfile.TarInfo(path); item.size = 3
                    archive.addfile(item, io.BytesIO(b"bad"))
            """
        try await python(make, folder.path + "/evil", name)
        for form in ["zip", "tar"] {
            let task = HomeImport(folder.path + "/evil." + form, to: folder.path + "/inner/back")
            if name.isEmpty {
                _ = try? task.run()
            } else if name == "/tmp/hubfleet-out" {
                #expect(try task.run().files == 2)
                #expect(folder.exists("inner/back/tmp/hubfleet-out"))
                try FileManager.default.removeItem(atPath: task.target)
                #expect(!FileManager.default.fileExists(atPath: name))
            } else {
                #expect(throws: ImportError.self) { try task.run() }
                #expect(!folder.exists("inner/back/good"))
            }
            #expect(!folder.exists("out") && !folder.exists("inner/out"))
        }
    }

    @Test func linksAreNeverWrittenThrough() async throws {
        let folder = try TemporaryFolder().write(["outside/keep": "x"])
        let make = """
            import sys, tarfile, io
            def link(archive, name, target):
                item = tarfile.TarInfo(name); item.type = tarfile.SYMTYPE; item.linkname = target
                archive.addfile(item)
            def file(archive, name):
                item = tarfile.TarInfo(name); item.size = 3
                archive.addfile(item, io.BytesIO(b"bad"))
            with tarfile.open(sys.argv[1] + "/through.tar", "w") as archive:
                link(archive, "door", "../outside"); file(archive, "door/keep")
            with tarfile.open(sys.argv[1] + "/inner.tar", "w") as archive:
                link(archive, "inside", "real/place"); link(archive, "up", "real/../../outside"); file(archive, "real/place")
            with tarfile.open(sys.argv[1] + "/hard.tar", "w") as archive:
                item = tarfile.TarInfo("hard"); item.type = tarfile.LNKTYPE; item.linkname = "../outside/keep"
                archive.addfile(item)
            """
        try await python(make, folder.path)
        let back = folder.path + "/back"
        #expect(throws: ImportError.self) { try HomeImport(folder.path + "/through.tar", to: back).run() }
        let result = try HomeImport(folder.path + "/inner.tar", to: back).run()
        #expect(result.exceptions == [HomeReceipt.Exception(path: "up", reason: "leads out of the home")])
        #expect(try folder.read("back/inside") == "bad")
        #expect(try HomeImport(folder.path + "/hard.tar", to: back).run().exceptions.map(\.path) == ["hard"])
        // A link that stands where a folder is wanted.
        symlink("../outside", back + "/real2")
        _ = try folder.write(["home/real2/keep": "bad"])
        _ = try HomeExport(of: folder.path + "/home", owner: "a", format: .tar).write(to: folder.path + "/a.tar")
        var task = HomeImport(folder.path + "/a.tar", to: back)
        task.replaces = true
        #expect(throws: ImportError.blocked(["real2", "real2/keep"], count: 2)) { try task.run() }
        #expect(try folder.read("outside/keep") == "x")
    }

    @Test(arguments: [false, true]) func foldersAreNeitherReplacedNorReplace(_ replaces: Bool) throws {
        let folder = try TemporaryFolder().write([
            "home/a": "a", "home/b/c": "c", "home/d/e/f": "f", "home/z": "z", "back/a/mine": "mine", "back/b": "mine",
            "back/d/e": "mine", "back/z": "mine",
        ])
        symlink("b", folder.path + "/home/l")
        try FileManager.default.createDirectory(atPath: folder.path + "/back/l", withIntermediateDirectories: true)
        let archive = folder.path + "/ada.zip"
        _ = try HomeExport(of: folder.path + "/home", owner: "ada", format: .zip).write(to: archive)
        var task = HomeImport(archive, to: folder.path + "/back")
        task.replaces = replaces
        #expect(throws: ImportError.blocked(["a", "b", "b/c", "d/e", "d/e/f", "l"], count: 6)) { try task.run() }
        for path in ["a/mine", "b", "d/e", "z"] { #expect(try folder.read("back/" + path) == "mine") }
    }

    @Test func bombsAndQuotasAreSeenBeforeAnythingIsWritten() async throws {
        let folder = try TemporaryFolder()
        let make = """
            import sys, zipfile, tarfile, io, gzip
            with zipfile.ZipFile(sys.argv[1] + "/bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("zeros", bytes(50_000_000))
            with tarfile.open(sys.argv[1] + "/bomb.tgz", "w:gz") as archive:
                item = tarfile.TarInfo("zeros"); item.size = 50_000_000
                archive.addfile(item, io.BytesIO(bytes(50_000_000)))
            # Two members that share their bytes.
            with zipfile.ZipFile(sys.argv[1] + "/one.zip", "w") as archive:
                archive.writestr("a", "x" * 1000); archive.writestr("b", "y" * 1000)
            data = bytearray(open(sys.argv[1] + "/one.zip", "rb").read())
            second = data.rindex(b"PK\\x01\\x02")
            data[second + 42:second + 46] = bytes(4)
            open(sys.argv[1] + "/overlap.zip", "wb").write(data)
            """
        try await python(make, folder.path)
        for name in ["bomb.zip", "bomb.tgz"] {
            var task = HomeImport("\(folder.path)/\(name)", to: folder.path + "/back")
            task.quota = 1_000_000
            #expect(throws: ImportError.tooLarge("\(folder.path)/\(name)", limit: 1_000_000)) { try task.run() }
            #expect(!folder.exists("back"), "what is refused leaves nothing")
        }
        #expect(throws: HomeError.self) {
            try HomeImport(folder.path + "/overlap.zip", to: folder.path + "/back").run()
        }
        var task = HomeImport(folder.path + "/bomb.tgz", to: folder.path + "/back")
        task.quota = 100_000_000
        #expect(try task.run().bytes == 50_000_000)
    }

    /// Whatever bytes an archive has: an error or a result, never a crash, and nothing outside.
    @Test(arguments: ["zip", "tar", "compressed.zip", "tgz"]) func damagedArchivesNeverCrash(_ form: String)
        async throws
    {
        let folder = try TemporaryFolder()
        _ = try RandomHome(folder.path + "/home", seed: 3, things: 12)
        let archive = "\(folder.path)/a.\(form)"
        let export = HomeExport(of: folder.path + "/home", owner: "ada", format: form == "tar" ? .tar : .zip)
        switch form {
        case "compressed.zip": _ = try export.compress(to: archive)
        case "tgz":
            try await python(
                "import sys, tarfile\nwith tarfile.open(sys.argv[1], 'w:gz') as t: t.add(sys.argv[2], 'home')", archive,
                folder.path + "/home")
        default: _ = try export.write(to: archive)
        }
        let whole = Array(try Data(contentsOf: URL(filePath: archive)))
        var random = SplitMix(state: 11)
        let damaged = URL(filePath: folder.path + "/damaged")
        for _ in 0..<60 {
            try Data(Mutation.mutate(whole, &random)).write(to: damaged)
            _ = try? HomeVerification(damaged.path)
            let back = folder.path + "/inner/back"
            try? FileManager.default.removeItem(atPath: back)
            var task = HomeImport(damaged.path, to: back)
            task.quota = 50_000_000
            _ = try? task.run()
            let made = (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/inner")) ?? []
            #expect(Set(made).isSubset(of: ["back"]))
            await Task.yield()
        }
    }
}
