import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Homes

/// Archives of real homes with the odd things that homes have, read back by other programs and by Hubfleet.
@Suite(.tags(.medium))
struct HomeArchiveTests {
    private func archive(_ home: String, to file: String, while writing: () -> Void = {}) throws -> HomeReceipt {
        let folder = try TemporaryFolder()
        let snapshot = try HomeSnapshot.take(of: home, owner: "ada", in: folder.path + "/state")
        writing()
        let stream = try ArchiveStream(snapshot, .zip, ahead: AheadThread(home))
        var bytes = Data()
        while let piece = try stream.next() { bytes.append(contentsOf: piece) }
        #expect(UInt64(bytes.count) == snapshot.summary.length(.zip))
        try bytes.write(to: URL(filePath: file))
        return try HomeReceipt(.export, snapshot, .zip, try #require(stream.result))
    }

    private func run(_ program: String, _ arguments: String...) async throws -> CommandOutput {
        try await RealThings.runner().run(Invocation(program, arguments))
    }

    /// Python's zipfile as a second reader: the names with their contents, modes and kinds, sorted.
    private func asPythonSeesIt(_ file: String) async throws -> String {
        let program = """
            import sys, zipfile
            archive = zipfile.ZipFile(sys.argv[1])
            assert archive.testzip() is None
            for item in archive.infolist():
                if item.filename != "MANIFEST.json" and item.filename != "README.txt":
                    print(item.filename, oct(item.external_attr >> 16), item.file_size, archive.read(item)[:20])
            """
        let output = try await run("python3", "-c", program, file)
        #expect(output.status == 0, "\(output.standardError)")
        return output.text
    }

    @Test func oddThingsAreKeptAsTheyAre() async throws {
        let folder = try TemporaryFolder().write([
            "home/notes.txt": "hello", "home/.hidden/deep/file": "x", "home/% and %41 and \"quotes\"": "y",
            "outside/secret": "never",
        ])
        let home = folder.path + "/home"
        let files = FileManager.default
        try files.createDirectory(atPath: home + "/empty", withIntermediateDirectories: false)
        try files.createSymbolicLink(atPath: home + "/out", withDestinationPath: "../outside")
        try files.createSymbolicLink(atPath: home + "/loop", withDestinationPath: ".")
        try files.createSymbolicLink(atPath: home + "/dangling", withDestinationPath: "nowhere")
        try files.setAttributes([.posixPermissions: 0o751], ofItemAtPath: home + "/notes.txt")
        #expect(mkfifo(home + "/fifo", 0o600) == 0)
        // Latin 1, a date before 1980, one after 2107.
        let latin = home + "/caf"
        #expect(latin.withCString { close(open(String(cString: $0) + "-", O_CREAT | O_WRONLY, 0o644)) } == 0)
        rename(home + "/caf-", [CChar](latin.utf8.map { CChar(bitPattern: $0) } + [CChar(bitPattern: 0xE9), 0]))
        var times = [timeval(tv_sec: 0, tv_usec: 0), timeval(tv_sec: 3600, tv_usec: 0)]
        #expect(utimes(home + "/notes.txt", times) == 0)
        times[1].tv_sec = 5_680_281_600
        #expect(utimes(home + "/.hidden/deep/file", times) == 0)

        let result = try archive(home, to: folder.path + "/ada.zip")
        #expect(result.files == 4)
        #expect(result.exceptions == [HomeReceipt.Exception(path: "fifo", reason: "special")])
        let seen = try await asPythonSeesIt(folder.path + "/ada.zip")
        #expect(
            seen == """
                home/ 0o40755 0 b''
                home/% and %41 and "quotes" 0o100644 1 b'y'
                home/.hidden/ 0o40755 0 b''
                home/.hidden/deep/ 0o40755 0 b''
                home/.hidden/deep/file 0o100644 1 b'x'
                home/caf\u{FFFD}E9 0o100644 0 b''
                home/dangling 0o120777 7 b'nowhere'
                home/empty/ 0o40755 0 b''
                home/loop 0o120777 1 b'.'
                home/notes.txt 0o100751 5 b'hello'
                home/out 0o120777 10 b'../outside'

                """)
        let verification = try HomeVerification(folder.path + "/ada.zip")
        #expect(verification.faults == [])
        #expect(verification.verified == 7)
        #expect(verification.root == result.root)
        #expect(verification.known.map(\.path) == ["fifo"])
    }

    @Test func theSameHomeGivesTheSameArchive() throws {
        let folder = try TemporaryFolder().write(["home/a": "1", "home/b/c": "2"])
        _ = try archive(folder.path + "/home", to: folder.path + "/1.zip")
        _ = try archive(folder.path + "/home", to: folder.path + "/2.zip")
        #expect(FileManager.default.contentsEqual(atPath: folder.path + "/1.zip", andPath: folder.path + "/2.zip"))
    }

    @Test(arguments: ["grows", "shrinks", "vanishes", "is replaced by a link", "is replaced by a fifo"])
    func aFileThatChangesNeverSpoilsTheArchive(_ change: String) throws {
        let folder = try TemporaryFolder().write(["home/a": "12345", "home/b": "b", "home/c": "c", "secret": "secret"])
        let home = folder.path + "/home"
        let result = try archive(home, to: folder.path + "/ada.zip") {
            switch change {
            case "grows": try? "1234567".write(toFile: home + "/b", atomically: false, encoding: .utf8)
            case "shrinks": truncate(home + "/a", 2)
            case "vanishes": unlink(home + "/b")
            case "is replaced by a link":
                unlink(home + "/b")
                symlink("../secret", home + "/b")
            default:
                unlink(home + "/b")
                mkfifo(home + "/b", 0o600)
            }
        }
        let name = change == "shrinks" ? "a" : "b"
        let isGone = change.hasPrefix("vanishes") || change.hasPrefix("is replaced")
        #expect(
            result.exceptions == [HomeReceipt.Exception(path: name, reason: isGone ? "vanished" : "changed")])
        let verification = try HomeVerification(folder.path + "/ada.zip")
        #expect(verification.faults == [])
        #expect(verification.known.map(\.path) == ["home/" + name])
        let text = try #require(FileManager.default.contents(atPath: folder.path + "/ada.zip"))
        #expect(text.range(of: Data("secret".utf8)) == nil)
    }

    /// What files and the manifest hold is covered by digests, and an archive that was cut is no archive.
    @Test func damagedContentsAndCutArchivesAreFound() throws {
        let folder = try TemporaryFolder().write(["home/a": "12345", "home/b/c": "some text", "home/d": ""])
        _ = try archive(folder.path + "/home", to: folder.path + "/ada.zip")
        let whole = [UInt8](try #require(FileManager.default.contents(atPath: folder.path + "/ada.zip")))
        let damaged = URL(filePath: folder.path + "/damaged.zip")
        var random = SplitMix(state: 7)
        let file = try #require(whole.range(of: Array("12345".utf8)))
        let start = try #require(whole.range(of: Array("{\"format\"".utf8))).lowerBound
        let end = try #require(whole.range(of: Array("\"root\":\"".utf8))).upperBound + 64
        for number in 0..<240 {
            let place = Int.random(in: number < 40 ? file : start..<end, using: &random)
            var bytes = whole
            bytes[place] ^= UInt8.random(in: 1...255, using: &random)
            try Data(bytes).write(to: damaged)
            do {
                #expect(try HomeVerification(damaged.path).faults.isEmpty == false, "byte \(place)")
            } catch let error as HomeError {
                #expect(number >= 40, "a damaged file must not hide the others: \(error)")
            }
        }
        for _ in 0..<200 {
            try Data(whole.prefix(Int.random(in: 0..<whole.count, using: &random))).write(to: damaged)
            #expect(throws: HomeError.self) { try HomeVerification(damaged.path) }
        }
    }

    /// Other programs read what stands around the contents, which Hubfleet does not need.
    @Test(arguments: [false, true]) func everyDamageIsFound(_ isCompressed: Bool) async throws {
        let folder = try TemporaryFolder().write(["home/a": "12345", "home/b/c": "some text", "home/d": ""])
        symlink("a", folder.path + "/home/l")
        let export = HomeExport(of: folder.path + "/home", owner: "ada", format: .zip)
        let target = folder.path + "/ada.zip"
        _ = isCompressed ? try export.compress(to: target) : try export.write(to: target)
        let whole = [UInt8](try #require(FileManager.default.contents(atPath: target)))
        #expect(try HomeVerification(target).faults == [])
        let directory = try #require(whole.range(of: [0x50, 0x4B, 1, 2])).lowerBound
        let damaged = folder.path + "/damaged.zip"
        var unseen: [Int] = []
        for place in 0..<directory {
            var bytes = whole
            bytes[place] ^= 0x10
            try Data(bytes).write(to: URL(filePath: damaged))
            if (try? HomeVerification(damaged).faults.isEmpty) == true { unseen.append(place) }
            if place % 50 == 0 { await Task.yield() }
        }
        // The last byte of a compressed file may have bits that mean nothing; there are four files.
        #expect(isCompressed ? unseen.count <= 4 : unseen == [], "\(unseen)")
    }

    /// For Swift, these two names are equal; for Linux they are not.
    @Test func namesThatUnicodeHoldsEqualAreTwo() throws {
        let folder = try TemporaryFolder().write(["home/caf\u{E9}": "one"]).write(["home/cafe\u{301}": "other"])
        try #require(FileManager.default.contentsOfDirectory(atPath: folder.path + "/home").count == 2)
        _ = try archive(folder.path + "/home", to: folder.path + "/ada.zip")
        var verification = try HomeVerification(folder.path + "/ada.zip")
        try verification.compare(with: folder.path + "/home")
        #expect(verification.faults == [])
        #expect(verification.verified == 2)
        _ = try HomeImport(folder.path + "/ada.zip", to: folder.path + "/back").run()
        #expect(try folder.read("back/cafe\u{301}") == "other")
        #expect(try folder.read("back/caf\u{E9}") == "one")
    }

    /// As other programs may leave it: in another order, with members taken out, added, or there twice.
    @Test(arguments: [
        ("", [String]()), ("del items['home/b/c']", ["home/b/c: it is not in the archive"]),
        ("items['home/e'] = b''", ["home/e: the manifest does not know it, or not so often"]),
        ("twice = 'home/a'", ["home/a: the manifest does not know it, or not so often"]),
        (
            "twice = 'home/e'; items['home/e'] = b''",
            [
                "home/e: it is in the archive twice", "home/e: the manifest does not know it, or not so often",
            ]
        ),
    ])
    func anArchiveThatWasPackedAnewIsCheckedAsWell(_ change: String, _ faults: [String]) async throws {
        let folder = try TemporaryFolder().write(["home/a": "12345", "home/b/c": "some text", "home/d": ""])
        _ = try archive(folder.path + "/home", to: folder.path + "/ada.zip")
        let program = """
            import random, sys, warnings, zipfile
            warnings.simplefilter("ignore")
            old = zipfile.ZipFile(sys.argv[1])
            infos = {info.filename: info for info in old.infolist()}
            items = {name: old.read(name) for name in infos}
            twice = None
            \(change)
            names = list(items) + ([twice] if twice else [])
            random.Random(4).shuffle(names)
            with zipfile.ZipFile(sys.argv[2], "w") as new:
                for name in names:
                    info = zipfile.ZipInfo(name)
                    info.external_attr = infos.get(name, infos["home/a"]).external_attr
                    info.create_system = 3
                    new.writestr(info, items[name])
            """
        let output = try await run("python3", "-c", program, folder.path + "/ada.zip", folder.path + "/new.zip")
        try #require(output.status == 0, "\(output.standardError)")
        var verification = try HomeVerification(folder.path + "/new.zip")
        #expect(verification.faults.map { "\($0.path): \($0.what)" } == faults)
        try verification.compare(with: folder.path + "/home")
        #expect(verification.faults.count == faults.count)
    }

    @Test func whatIsNoHomeIsSaid() throws {
        let folder = try TemporaryFolder().write(["file": "x"])
        #expect(throws: HomeError.notAFolder(folder.path + "/file", reason: "Not a directory")) {
            _ =
                try HomeWalk(folder.path + "/file")
        }
        #expect(throws: HomeError.notAFolder(folder.path + "/none", reason: "No such file or directory")) {
            _ =
                try HomeWalk(folder.path + "/none")
        }
    }
}

extension [UInt8] {
    /// Where these bytes stand first.
    fileprivate func range(of bytes: [UInt8]) -> Range<Int>? {
        indices.first { self[$0...].starts(with: bytes) }.map { $0..<($0 + bytes.count) }
    }
}
