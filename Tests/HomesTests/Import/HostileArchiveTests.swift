import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Homes

/// Archives that somebody made to do harm.
@Suite(.tags(.medium))
struct HostileArchiveTests {
    private func python(_ program: String, _ arguments: String...) async throws {
        let output = try await RealThings.runner().run(Invocation("python3", ["-c", program] + arguments))
        try #require(output.status == 0, "\(output.standardError)")
    }

    @Test func aDirectoryThatIsSaidToBeFarAwayIsRefused() async throws {
        let folder = try TemporaryFolder()
        let make = """
            import struct, sys
            far = struct.pack("<IIQI", 0x07064b50, 0, 0xFFFFFFFFFFFFFFF0, 1)
            end = struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
            open(sys.argv[1], "wb").write(far + end)
            """
        try await python(make, folder.path + "/far.zip")
        #expect(throws: HomeError.self) { try HomeVerification(folder.path + "/far.zip") }
    }

    @Test(arguments: [
        ("x/x/x/../../../etc", "up", false), ("a/../b", "up", false), ("../../out", "a/b", false),
        ("../../in", "a/b/up", true), ("./../in", "a/up", true), (".", "x", true), ("a/b", "x", true),
    ]) func linksBehindLinksDoNotLeadOut(_ target: String, _ path: String, _ isInside: Bool) {
        #expect(ImportPlan.staysInside(Array(target.utf8), from: Array(path.utf8)) == isInside)
    }

    @Test func hardLinksAreThoseOfTheArchive() async throws {
        let folder = try TemporaryFolder().write(["back/b": "mine"])
        let make = """
            import sys, tarfile, io
            with tarfile.open(sys.argv[1] + "/a.tar", "w") as archive:
                item = tarfile.TarInfo("a"); item.size = 3
                archive.addfile(item, io.BytesIO(b"one"))
                for name, target in (("b", "a"), ("c", "..")):
                    item = tarfile.TarInfo(name); item.type = tarfile.LNKTYPE; item.linkname = target
                    archive.addfile(item)
            """
        try await python(make, folder.path)
        var task = HomeImport(folder.path + "/a.tar", to: folder.path + "/back")
        #expect(throws: ImportError.conflicts(["b"], count: 1)) { try task.run() }
        task.replaces = true
        #expect(try task.run().exceptions.map(\.path) == ["c"])
        #expect(try folder.read("back/b") == "one")
        #expect(try task.run().present == 2)
    }

    @Test func globalHeadersAndLongNamesTakeNoRoom() async throws {
        let folder = try TemporaryFolder()
        let make = """
            import sys, tarfile, io
            headers = {"junk.%d" % n: "x" * 1000 for n in range(500)}
            with tarfile.open(sys.argv[1] + "/g.tar", "w", format=tarfile.PAX_FORMAT, pax_headers=headers) as archive:
                item = tarfile.TarInfo("a"); item.size = 3
                archive.addfile(item, io.BytesIO(b"one"))
            with tarfile.open(sys.argv[1] + "/long.tar", "w", format=tarfile.PAX_FORMAT) as archive:
                archive.addfile(tarfile.TarInfo("d/" * 30000 + "a"))
            """
        try await python(make, folder.path)
        #expect(try HomeImport(folder.path + "/g.tar", to: folder.path + "/back").run().files == 1)
        #expect(try HomeImport(folder.path + "/long.tar", to: folder.path + "/more").run().unreadable == 1)
    }

    @Test func secondNamesOfLinksAreMadeWithoutFollowingThem() async throws {
        let folder = try TemporaryFolder()
        let make = """
            import sys, tarfile, io
            with tarfile.open(sys.argv[1] + "/a.tar", "w") as archive:
                item = tarfile.TarInfo("a"); item.size = 3
                archive.addfile(item, io.BytesIO(b"one"))
                def link(name, target, kind):
                    item = tarfile.TarInfo(name); item.type = kind; item.linkname = target
                    archive.addfile(item)
                for name, target in (("l", "x"), ("d/up", "../a"), ("out", "/etc/passwd"), ("loop", "loop")):
                    link(name, target, tarfile.SYMTYPE)
                for name, target in (("l2", "l"), ("e/up2", "d/up"), ("up3", "d/up"), ("out2", "out"),
                    ("gone", "nothing"), ("folder", "d"), ("loop2", "loop"), ("below", "l/x")):
                    link(name, target, tarfile.LNKTYPE)
            """
        try await python(make, folder.path)
        let back = folder.path + "/back"
        let result = try HomeImport(folder.path + "/a.tar", to: back).run()
        #expect(Set(result.exceptions.map(\.path)) == ["out", "up3", "out2", "gone", "folder", "below"])
        for (one, other) in [("l", "l2"), ("d/up", "e/up2"), ("loop", "loop2")] {
            var (first, second) = (stat(), stat())
            #expect(lstat("\(back)/\(one)", &first) == 0 && lstat("\(back)/\(other)", &second) == 0)
            #expect(first.st_ino == second.st_ino && second.st_mode & S_IFMT == S_IFLNK, "\(other)")
        }
        // The file, three links and their second names.
        #expect(try HomeImport(folder.path + "/a.tar", to: back).run().present == 7)
    }

    /// A second name goes with its file when that is written anew.
    @Test func secondNamesFollowWhatIsReplaced() async throws {
        let folder = try TemporaryFolder()
        let make = """
            import sys, tarfile, io
            with tarfile.open(sys.argv[1] + "/a.tar", "w") as archive:
                item = tarfile.TarInfo("a"); item.size = 3
                archive.addfile(item, io.BytesIO(b"one"))
                item = tarfile.TarInfo("b"); item.type = tarfile.LNKTYPE; item.linkname = "a"
                archive.addfile(item)
            """
        try await python(make, folder.path)
        var task = HomeImport(folder.path + "/a.tar", to: folder.path + "/back")
        _ = try task.run()
        let file = try #require(FileHandle(forWritingAtPath: folder.path + "/back/a"))
        try file.write(contentsOf: Data("two".utf8))
        try file.close()
        #expect(throws: ImportError.self) { try task.run() }
        task.replaces = true
        _ = try task.run()
        #expect(try folder.read("back/a") == "one")
        #expect(try folder.read("back/b") == "one")
    }

    /// Known from the headers, so all else is written.
    @Test func whatCannotBeUnpackedIsLeftOut() async throws {
        let folder = try TemporaryFolder()
        let make = """
            import sys, zipfile
            with zipfile.ZipFile(sys.argv[1] + "/a.zip", "w") as archive:
                for name in "abc": archive.writestr(name, name * 100)
            data = bytearray(open(sys.argv[1] + "/a.zip", "rb").read())
            first = data.index(b"PK\\x01\\x02")
            data[first + 8] |= 1
            second = data.index(b"PK\\x01\\x02", first + 1)
            data[second + 10] = 99
            open(sys.argv[1] + "/a.zip", "wb").write(data)
            """
        try await python(make, folder.path)
        let result = try HomeImport(folder.path + "/a.zip", to: folder.path + "/back").run()
        #expect(
            result.exceptions == [
                HomeReceipt.Exception(path: "a", reason: "it is encrypted"),
                HomeReceipt.Exception(path: "b", reason: "it is compressed in a way that Hubfleet does not know (99)"),
            ])
        #expect((result.files, result.bytes) == (1, 100))
        #expect(!folder.exists("back/a") && !folder.exists("back/b"))
        #expect(try folder.read("back/c").count == 100)
    }

    /// A byte that changed must not make an archive one that has nothing to check it by.
    @Test(arguments: ["zip", "compressed.zip", "tar"]) func ownArchivesAreKnownWhenDamaged(_ form: String) throws {
        let folder = try TemporaryFolder().write(["home/d/a": "a", "home/b": "some text"])
        let archive = "\(folder.path)/a.\(form)"
        let export = HomeExport(of: folder.path + "/home", owner: "ada", format: form == "tar" ? .tar : .zip)
        if form == "compressed.zip" { _ = try export.compress(to: archive) } else { _ = try export.write(to: archive) }
        let whole = try Data(contentsOf: URL(filePath: archive))
        let damaged = URL(filePath: folder.path + "/damaged")
        var places = Set<Int>()
        for name in ["README.txt", "MANIFEST.json", "home/", #"{"format":"hubfleet"#, #""version":2"#] {
            var start = 0
            while let found = whole.range(of: Data(name.utf8), in: start..<whole.count) {
                places.formUnion(found)
                start = found.upperBound
            }
        }
        #expect(places.count > 50)
        for place in places.sorted() {
            var bytes = whole
            bytes[place] ^= 1
            try bytes.write(to: damaged)
            // Some bytes are said twice, or are not looked at: then all is as it was.
            if let result = try? HomeImport(damaged.path, to: folder.path + "/back").run() {
                #expect(result.root != nil)
            }
            #expect(!folder.exists("back/README.txt") && !folder.exists("back/home"), "byte \(place)")
            try? FileManager.default.removeItem(atPath: folder.path + "/back")
        }
    }

    @Test func anArchiveOfANewerHubfleetIsSaidToBeOne() throws {
        let folder = try TemporaryFolder().write(["home/a": "a"])
        let archive = folder.path + "/a.tar"
        _ = try HomeExport(of: folder.path + "/home", owner: "ada", format: .tar).write(to: archive)
        var bytes = try Data(contentsOf: URL(filePath: archive))
        let version = try #require(bytes.range(of: Data(#""version":2"#.utf8)))
        bytes[version.upperBound - 1] = 0x33
        try bytes.write(to: URL(filePath: archive))
        #expect(throws: ImportError.newer(archive)) { try HomeImport(archive, to: folder.path + "/back").run() }
        #expect(!folder.exists("back"))
    }

    /// A README.txt alone makes no archive of Hubfleet.
    @Test func foreignArchivesMayBeginWithAReadme() async throws {
        let folder = try TemporaryFolder()
        let make = """
            import sys, zipfile
            for name, members in (("one", ["README.txt"]), ("more", ["README.txt", "home/a", "src/a"])):
                with zipfile.ZipFile(f"{sys.argv[1]}/{name}.zip", "w") as archive:
                    for member in members: archive.writestr(member, "x")
            """
        try await python(make, folder.path)
        #expect(try HomeImport(folder.path + "/one.zip", to: folder.path + "/one").run().files == 1)
        #expect(try HomeImport(folder.path + "/more.zip", to: folder.path + "/more").run().files == 3)
    }

    @Test func theResultSaysWhoseItWas() throws {
        let folder = try TemporaryFolder().write(["home/a": "a"])
        _ = try HomeExport(of: folder.path + "/home", owner: "ada", format: .zip).write(to: folder.path + "/a.zip")
        #expect(try HomeImport(folder.path + "/a.zip", to: folder.path + "/back").run().owner == "ada")
    }

    @Test func aManifestThatIsABombIsNotRead() async throws {
        let folder = try TemporaryFolder()
        let make = """
            import sys, zipfile
            with zipfile.ZipFile(sys.argv[1] + "/a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("README.txt", "x")
                archive.writestr("MANIFEST.json", b'{"format":"hubfleet home archive","version":1,' + bytes(100_000_000))
            """
        try await python(make, folder.path)
        #expect(throws: HomeError.notAnArchive(folder.path + "/a.zip", reason: "it has no MANIFEST.json")) {
            _ = try HomeVerification(folder.path + "/a.zip")
        }
    }
}
