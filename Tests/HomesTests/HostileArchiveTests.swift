import FleetTesting
import FleetTools
import Foundation
import Testing

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
        #expect(throws: ImportError.self) { try HomeImport(folder.path + "/long.tar", to: folder.path + "/more").run() }
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
