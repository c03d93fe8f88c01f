import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Homes

/// Archives that other programs wrote, in all their forms.
@Suite(.tags(.medium))
struct ForeignArchiveTests {
    private let folder: TemporaryFolder
    private var archive: String { folder.path + "/a" }

    init() throws { folder = try TemporaryFolder() }

    private func run(_ program: String, _ arguments: String...) async throws {
        let output = try await RealThings.runner().run(Invocation(program, arguments))
        try #require(output.status == 0, "\(output.standardError)")
    }

    /// Runs a program that writes the archive `a`, whose path it is given.
    private func make(_ program: String) async throws {
        try await run(
            "python3", "-c", "import io, struct, sys, tarfile, zipfile, zlib\npath = sys.argv[1]\n" + program, archive)
    }

    private func imported() throws -> HomeImport.Result {
        try HomeImport(archive, to: folder.path + "/back").run()
    }

    /// The field of a header holds the first hundred bytes: what ends there need not be a folder.
    @Test(arguments: ["gnu", "posix", "oldgnu"]) func aSlashAtTheEndOfAFieldMakesNoFolder(_ format: String) async throws
    {
        let deep = String(repeating: "d", count: 93) + "/" + String(repeating: "f", count: 60)
        try folder.write(["home/123456/\(deep)": "contents"])
        try await run("tar", "-C", folder.path + "/home", "--format=\(format)", "-cf", archive, "123456/\(deep)")
        #expect(try imported().files == 1)
        #expect(try folder.read("back/123456/\(deep)") == "contents")
    }

    @Test func ourOwnTarKeepsSuchAFile() async throws {
        let deep = String(repeating: "d", count: 94) + "/" + String(repeating: "f", count: 60)
        try folder.write(["home/\(deep)": "contents"])
        _ = try HomeExport(of: folder.path + "/home", owner: "ada", format: .tar).write(to: archive)
        #expect(try HomeVerification(archive).faults == [])
        _ = try imported()
        #expect(try folder.read("back/\(deep)") == "contents")
    }

    @Test(arguments: [
        ["--format=gnu"], ["--format=oldgnu"], ["--format=posix", "--sparse-version=0.0"],
        ["--format=posix", "--sparse-version=0.1"], ["--format=posix", "--sparse-version=1.0"],
    ]) func filesWithHolesComeBack(_ options: [String]) async throws {
        let make = """
            import sys
            with open(sys.argv[1], "wb") as file:
                for piece in range(60):
                    file.seek(piece * 100_000)
                    file.write(b"%05d" % piece)
                file.truncate(60 * 100_000)
            """
        try folder.write(["home/after": "after"])
        try await run("python3", "-c", make, folder.path + "/home/holes")
        let tar = Invocation(
            "tar", ["-C", folder.path + "/home", "--sparse"] + options + ["-cf", archive, "holes", "after"])
        try #require(try await RealThings.runner().run(tar).status == 0)
        #expect(try imported().files == 2)
        #expect(
            FileManager.default.contentsEqual(atPath: folder.path + "/home/holes", andPath: folder.path + "/back/holes")
        )
        #expect(try folder.read("back/after") == "after")
    }

    /// gzip's checksum stands behind all that tar reads.
    @Test func everyFlipInACompressedTarIsSeen() async throws {
        let text = String(repeating: "some text ", count: 300)
        try folder.write(["home/a": text, "home/b": "b"])
        try await run("tar", "-C", folder.path + "/home", "-czf", archive, "a", "b")
        let whole = try Data(contentsOf: URL(filePath: archive))
        let task = HomeImport(archive, to: folder.path + "/back")
        var refused = 0
        // Name, time and system in the head of gzip have no checksum.
        for place in stride(from: 10, to: whole.count, by: 3) {
            var bytes = whole
            bytes[place] ^= 0x10
            try bytes.write(to: URL(filePath: archive))
            do {
                _ = try task.run()
                // A few bits stand for nothing, and some of a text that repeats itself for the same.
                #expect(try folder.read("back/a") == text, "byte \(place)")
                #expect(try folder.read("back/b") == "b")
                try FileManager.default.removeItem(atPath: task.target)
            } catch is HomeError {
                refused += 1
            }
            try whole.prefix(place).write(to: URL(filePath: archive))
            #expect(throws: HomeError.self, "cut at \(place)") { try task.run() }
            // Other tests have two threads, too.
            await Task.yield()
        }
        #expect(refused > (whole.count - 10) / 3 * 8 / 10)
        #expect(!folder.exists("back"))
        try (whole + whole).write(to: URL(filePath: archive))
        #expect(try task.run().exceptions.map(\.path) == ["."])
    }

    @Test func theLastOfEqualNamesStays() async throws {
        try folder.write(["home/a": "old", "home/b": "b"])
        try await run("tar", "-C", folder.path + "/home", "-cf", archive, "a", "b")
        try folder.write(["home/a": "new"])
        try await run("tar", "-C", folder.path + "/home", "-rf", archive, "a")
        let result = try imported()
        #expect((result.files, result.unreadable) == (2, 0))
        #expect(try folder.read("back/a") == "new")
    }

    /// What is replaced later keeps its contents under its second names.
    @Test func secondNamesOfWhatIsReplacedKeepTheContents() async throws {
        try await make(
            """
            with tarfile.open(path, "w") as archive:
                for name, text in (("a", b"old"), ("b", None), ("c", None), ("a", b"new"), ("d", b"own"), ("d", None)):
                    item = tarfile.TarInfo(name)
                    if text: item.size = 3
                    else: item.type, item.linkname = tarfile.LNKTYPE, "d" if name == "d" else "a"
                    archive.addfile(item, io.BytesIO(text or b""))
            """)
        #expect(try imported().exceptions == [])
        #expect(try ["a", "b", "c", "d"].map { try folder.read("back/" + $0) } == ["new", "old", "old", "own"])
        #expect(try imported().present == 4)
    }

    @Test func anArchiveOfNothingIsOne() async throws {
        try await run("tar", "-cf", archive, "-T", "/dev/null")
        #expect(try imported().files == 0)
    }

    /// What a disk has lost reads as zeros, too.
    @Test func aFileOfZerosIsNone() throws {
        try Data(count: 1 << 20).write(to: URL(filePath: archive))
        #expect(throws: HomeError.self) { try imported() }
        #expect(throws: HomeError.self) { try HomeVerification(archive) }
    }

    /// What was unpacked and packed again by hand is still known as ours, and checked as such.
    @Test(arguments: ["gnu", "pax"]) func ourOwnIsKnownWhenItWasPackedAnew(_ format: String) async throws {
        try folder.write(["home/a": "a", "home/b/c": "c"])
        let own = folder.path + "/own.tar"
        let made = try HomeExport(of: folder.path + "/home", owner: "ada", format: .tar).write(to: own)
        try await run("mkdir", folder.path + "/unpacked")
        try await run("tar", "-C", folder.path + "/unpacked", "-xf", own)
        try await run("tar", "-C", folder.path + "/unpacked", "--format=\(format)", "--sort=name", "-cf", archive, ".")
        let result = try imported()
        #expect((result.owner, result.root) == ("ada", made.root))
        #expect(try folder.read("back/b/c") == "c")
        #expect(!folder.exists("back/MANIFEST.json") && !folder.exists("back/home"))
    }

    /// What a header says of the next member is lost when there is none.
    @Test func aHeaderWithoutItsMemberIsDamage() async throws {
        try await make(
            """
            with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as archive:
                archive.addfile(tarfile.TarInfo("n" * 120))
            data = open(path, "rb").read()
            open(path, "wb").write(data[:1024] + bytes(1024))
            """)
        #expect(throws: HomeError.self) { try imported() }
    }

    @Test(arguments: ["", "/", "./", "././/", "//"]) func pathsBeginInTheFolder(_ start: String) async throws {
        try await make(
            """
            with tarfile.open(path, "w") as archive:
                item = tarfile.TarInfo("\(start)d//f"); item.size = 3
                archive.addfile(item, io.BytesIO(b"one"))
                item = tarfile.TarInfo("g"); item.type, item.linkname = tarfile.LNKTYPE, "\(start)d//f"
                archive.addfile(item)
            """)
        #expect(try imported().exceptions == [])
        #expect(try folder.read("back/d/f") == "one")
        #expect(try folder.read("back/g") == "one")
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/back/d")[.posixPermissions]
        #expect(mode as? Int == 0o755)
    }

    /// Nobody can say whether something was cut there.
    @Test func anEndWithoutItsMarkIsTold() async throws {
        try await make(
            """
            with tarfile.open(path, "w") as archive:
                item = tarfile.TarInfo("a"); item.size = 3
                archive.addfile(item, io.BytesIO(b"one"))
            open(path, "r+b").truncate(1024)
            """)
        let result = try imported()
        #expect(result.unreadable == 1)
        #expect(result.exceptions.map(\.path) == ["."])
        #expect(try folder.read("back/a") == "one")
    }

    @Test func whatIsNotUnderstoodIsNamed() async throws {
        try await make(
            """
            with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
                def add(name, type=tarfile.REGTYPE, headers={}, size=3):
                    item = tarfile.TarInfo(name)
                    item.type, item.size, item.pax_headers = type, size, headers
                    archive.addfile(item, io.BytesIO(b"one"))
                add("plain", headers={"comment": "c", "VENDOR.anything": "x", "SCHILY.xattr.user.a": "b"})
                add("type", type=b"Z")
                add("star", headers={"SCHILY.realsize": "10"})
                add("holes", headers={"GNU.sparse.major": "2", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "10"})
                add("more", headers={"GNU.sparse.other": "10"})
                add("posix", headers={"future": "10"})
                add("slash/", size=3)
                add("last")
            """)
        let result = try imported()
        #expect(
            result.exceptions.map { "\($0.path): \($0.reason)" } == [
                "type: it is of the type Z, which Hubfleet does not know",
                "star: its header has SCHILY.realsize, which Hubfleet does not know",
                "holes: it is a sparse file of the form 2.0, which Hubfleet does not know",
                "more: its header has GNU.sparse.other, which Hubfleet does not know",
                "posix: its header has future, which Hubfleet does not know",
                "slash: its name is that of a folder, and it has contents",
            ])
        #expect((result.files, result.unreadable) == (2, 6))
        #expect(try folder.read("back/last") == "one")
    }

    @Test(arguments: [-1, -86_400, Int(Int32.min), 1 << 33]) func timesFarAwayAreRead(_ time: Int) async throws {
        try await make(
            """
            with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as archive:
                item = tarfile.TarInfo("a"); item.mtime = \(time)
                archive.addfile(item)
            """)
        _ = try imported()
        var status = stat()
        #expect(lstat(folder.path + "/back/a", &status) == 0)
        #expect(status.st_mtim.tv_sec == time)
    }

    @Test func aZipBehindAProgramIsRead() async throws {
        try await make(
            """
            body = io.BytesIO()
            with zipfile.ZipFile(body, "w") as archive:
                archive.writestr("a", "one"); archive.writestr("d/b", "two")
            open(path, "wb").write(b"#!/bin/sh\\n" * 50 + body.getvalue() + b"behind")
            """)
        #expect(try imported().files == 2)
        #expect(try folder.read("back/d/b") == "two")
    }

    @Test func aZipsNameInUnicodeIsTaken() async throws {
        try await make(
            """
            raw, real = b"caf\\x82", "café".encode()
            def field(crc): return struct.pack("<HHBI", 0x7075, 5 + len(real), 1, crc) + real
            with zipfile.ZipFile(path, "w") as archive:
                item = zipfile.ZipInfo("cafe"); item.extra = field(zlib.crc32(raw)); archive.writestr(item, "one")
                item = zipfile.ZipInfo("tea1"); item.extra = field(0); archive.writestr(item, "two")
            data = open(path, "rb").read().replace(b"cafe", raw)
            open(path, "wb").write(data)
            """)
        #expect(try imported().files == 2)
        #expect(try folder.read("back/café") == "one")
        #expect(try folder.read("back/tea1") == "two")
    }

    @Test func aWrongCountOfMembersIsDamage() async throws {
        try await make(
            """
            with zipfile.ZipFile(path, "w") as archive: archive.writestr("a", "one")
            data = bytearray(open(path, "rb").read())
            data[-22 + 10] = 2
            open(path, "wb").write(data)
            """)
        let error = #expect(throws: HomeError.self) { try imported() }
        #expect("\(try #require(error))".contains("it lists 1 members and says 2"))
    }

    @Test(arguments: [65_534, 65_535, 65_536, 65_537]) func asManyMembersAsFitAndMore(_ count: Int) async throws {
        try await make(
            """
            with zipfile.ZipFile(path, "w") as archive:
                for number in range(\(count)): archive.writestr("%05x" % number, "")
            """)
        let plan = try ImportPlan(archive, ImportPlan.Limits(bytes: 1 << 20, keepsOuterLinks: false))
        #expect(plan.items.count == count)
    }

    /// What is bad is named; all else comes over.
    @Test func oneBadMemberHoldsUpNoOther() async throws {
        try await make(
            """
            with zipfile.ZipFile(path, "w") as archive:
                for name in "abc": archive.writestr(name, name * 3)
                link = zipfile.ZipInfo("link"); link.create_system, link.external_attr = 3, 0o120777 << 16
                archive.writestr(link, "target")
            data = open(path, "rb").read().replace(b"bbb", b"bXb", 1).replace(b"target", b"tarXet", 1)
            open(path, "wb").write(data)
            """)
        let result = try imported()
        #expect(
            result.exceptions.map { "\($0.path): \($0.reason)" } == [
                "link: the archive is damaged here", "b: the archive is damaged here",
            ])
        #expect((result.files, result.bytes, result.unreadable) == (2, 6, 2))
        #expect(!folder.exists("back/b"))
        #expect(try folder.read("back/c") == "ccc")
        // Also when what is there is to be replaced.
        try folder.write(["back/b": "bbb"])
        var again = HomeImport(archive, to: folder.path + "/back")
        again.replaces = true
        #expect(try again.run().unreadable == 2)
        #expect(try folder.read("back/b") == "bbb")
    }

    @Test func whatNoDiskCanNameIsNamed() async throws {
        let long = String(repeating: "n", count: 256)
        try await make(
            """
            with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
                for name in ("d/\(long)/f", "ok"):
                    item = tarfile.TarInfo(name); item.size = 3
                    archive.addfile(item, io.BytesIO(b"one"))
            """)
        let result = try imported()
        #expect(result.exceptions.map(\.reason) == ["a name in its path is longer than 255 bytes, which no disk holds"])
        #expect((result.files, result.unreadable) == (1, 1))
    }

    /// Some programs of Windows write backslashes between folders. As `unzip`, only where the archive was made there and no
    /// name has a slash; and it is said.
    @Test(arguments: [
        (0, ["tides\\2026\\a.csv", "tides\\empty\\"], ["tides/2026/a.csv"], true),
        (10, ["a\\b"], ["a/b"], true),
        (3, ["a\\b"], ["a\\b"], false),
        (0, ["a\\b", "c/d"], ["a\\b", "c/d"], false),
    ]) func backslashesOfWindowsAreFolders(_ host: Int, _ names: [String], _ files: [String], _ isSaid: Bool)
        async throws
    {
        try await make(
            """
            with zipfile.ZipFile(path, "w") as archive:
                for name in \(names):
                    info = zipfile.ZipInfo("x")
                    info.filename = name
                    info.create_system = \(host)
                    archive.writestr(info, b"" if name[-1] == chr(92) else b"text")
            """)
        let result = try imported()
        #expect((result.remark != nil) == isSaid)
        #expect(result.files == files.count)
        for file in files { #expect(try folder.read("back/\(file)") == "text") }
        if names.count > files.count {
            #expect(FileManager.default.fileExists(atPath: folder.path + "/back/tides/empty/"))
            #expect(result.folders == 1)
        }
    }
}
