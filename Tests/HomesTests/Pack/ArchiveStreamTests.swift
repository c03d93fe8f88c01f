import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Homes

/// Archives that are put together from parts: equal byte for byte, or refused.
@Suite(.tags(.medium))
struct ArchiveStreamTests {
    /// The files that were hashed ahead.
    private final class Hashed: Sendable {
        private let (stream, continuation) = AsyncStream.makeStream(of: Int.self)

        func add(_ index: Int) { continuation.yield(index) }

        /// Waits until so many files are hashed.
        func wait(for count: Int) async {
            var files = stream.makeAsyncIterator()
            for _ in 0..<count { _ = await files.next() }
        }
    }

    private func bytes(
        _ snapshot: HomeSnapshot, _ format: ArchiveFormat, from start: UInt64 = 0, to end: UInt64? = nil,
        atMost: Int = .max, pieceSize: Int = 4_096, ahead: AheadThread? = nil
    ) throws -> [UInt8] {
        let stream = try ArchiveStream(snapshot, format, from: start, to: end, pieceSize: pieceSize, ahead: ahead)
        var bytes: [UInt8] = []
        while bytes.count < atMost, let piece = try stream.next() { bytes += piece }
        return bytes
    }

    @Test(arguments: ArchiveFormat.allCases, 0..<5 as Range<UInt64>)
    func anyPartIsThatPartOfTheWhole(_ format: ArchiveFormat, seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        _ = try RandomHome(folder.path + "/home", seed: seed)
        let first = try HomeSnapshot.take(of: folder.path + "/home", owner: "ada", in: folder.path + "/first")
        let whole = try bytes(first, format, pieceSize: 1 << 18)
        #expect(UInt64(whole.count) == first.summary.length(format))
        // Another scan, of which nothing was read yet: the ends of archives need all that is before them.
        let second = try HomeSnapshot.take(of: folder.path + "/home", owner: "ada", in: folder.path + "/second")
        #expect(second.summary.id == first.summary.id)
        var random = SplitMix(state: seed &+ 99)
        for _ in 0..<25 {
            let start = Int.random(in: 0...whole.count, using: &random)
            let end = Int.random(in: start...whole.count, using: &random)
            // Opened anew each time, as after a restart.
            let snapshot = try HomeSnapshot(folder: second.folder)
            let ahead = Bool.random(using: &random) ? AheadThread(snapshot.summary.home.text) : nil
            let part = try bytes(snapshot, format, from: UInt64(start), to: UInt64(end), ahead: ahead)
            #expect(part == Array(whole[start..<end]), "\(start)..<\(end) of \(whole.count)")
            await Task.yield()
        }
    }

    @Test(arguments: ArchiveFormat.allCases, 0..<5 as Range<UInt64>)
    func anInterruptedOneGoesOnAndVerifies(_ format: ArchiveFormat, seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        _ = try RandomHome(folder.path + "/home", seed: seed)
        let taken = try HomeSnapshot.take(of: folder.path + "/home", owner: "ada", in: folder.path + "/state")
        let length = taken.summary.length(format)
        var random = SplitMix(state: seed)
        var received: [UInt8] = []
        while UInt64(received.count) < length {
            let snapshot = try HomeSnapshot(folder: taken.folder)
            let wanted = Int.random(in: 1...max(2, Int(length) / 3), using: &random)
            let ahead = Bool.random(using: &random) ? AheadThread(snapshot.summary.home.text) : nil
            let more = try bytes(
                snapshot, format, from: UInt64(received.count), atMost: wanted, pieceSize: 1_000, ahead: ahead)
            // Some of what was sent is lost on the way.
            received += more.prefix(Int.random(in: 1...more.count, using: &random))
            await Task.yield()
        }
        let file = folder.path + "/ada." + format.rawValue
        try Data(received).write(to: URL(filePath: file))
        var verification = try HomeVerification(file)
        #expect(verification.faults == [])
        try verification.compare(with: folder.path + "/home")
        #expect(verification.faults == [])
    }

    /// Whatever changes between two parts: either the rest fits what was given, or there is none.
    @Test(arguments: ArchiveFormat.allCases, 0..<20 as Range<UInt64>)
    func aChangedHomeNeverGivesACorruptArchive(_ format: ArchiveFormat, seed: UInt64) throws {
        let folder = try TemporaryFolder()
        var home = try RandomHome(folder.path + "/home", seed: seed, things: 15)
        let snapshot = try HomeSnapshot.take(of: home.path, owner: "ada", in: folder.path + "/state")
        var random = SplitMix(state: seed)
        let cut = Int.random(in: 0...Int(snapshot.summary.length(format)), using: &random)
        let ahead = seed % 2 == 0 ? nil : AheadThread(home.path)
        let start = try bytes(snapshot, format, to: UInt64(cut), ahead: ahead)
        try home.change()
        do {
            let rest = try bytes(try HomeSnapshot(folder: snapshot.folder), format, from: UInt64(cut))
            let file = folder.path + "/ada." + format.rawValue
            try Data(start + rest).write(to: URL(filePath: file))
            #expect(UInt64(start.count + rest.count) == snapshot.summary.length(format))
            let faults = try HomeVerification(file).faults
            #expect(faults == [])
        } catch HomeError.outdated(let path) {
            #expect(FileManager.default.fileExists(atPath: home.path), "\(path)")
            #expect(cut > 0, "nothing was given yet, so nothing can be out of date")
        }
    }

    @Test func whatWasGivenAndChangedSinceIsRefused() throws {
        let folder = try TemporaryFolder().write(["home/a": String(repeating: "a", count: 10_000), "home/b": "b"])
        let snapshot = try HomeSnapshot.take(of: folder.path + "/home", owner: "ada", in: folder.path + "/state")
        _ = try bytes(snapshot, .zip, to: 5_000, pieceSize: 100)
        _ = try folder.write(["home/a": String(repeating: "x", count: 10_000)])
        #expect(throws: HomeError.outdated("a")) {
            _ = try bytes(try HomeSnapshot(folder: snapshot.folder), .zip, from: 5_000)
        }
        #expect(
            try HomeSnapshot.take(of: folder.path + "/home", owner: "ada", in: folder.path + "/new").summary.id
                != snapshot.summary.id)
    }

    /// Zeros were given for what could not be read: who goes on after a crash must not give other bytes.
    @Test func whatWasGivenAndCannotBeReadAgainIsNotedAtOnce() throws {
        let folder = try TemporaryFolder().write(["home/a": String(repeating: "a", count: 100_000)])
        let snapshot = try HomeSnapshot.take(of: folder.path + "/home", owner: "ada", in: folder.path + "/state")
        let stream = try ArchiveStream(snapshot, .zip, pieceSize: 1_000)
        var count = 0
        while count < 10_000 { count += try #require(try stream.next()).count }
        truncate(folder.path + "/home/a", 20_000)
        while count < 50_000 { count += try #require(try stream.next()).count }
        let slot = try snapshot.table(.zip).slot(0)
        #expect(slot.progress == .begun)
        #expect(!slot.isRepeatable)
    }

    @Test func manyReadersOfOneSnapshotGetTheSame() async throws {
        let folder = try TemporaryFolder()
        _ = try RandomHome(folder.path + "/home", seed: 5)
        let snapshot = try HomeSnapshot.take(of: folder.path + "/home", owner: "ada", in: folder.path + "/state")
        let all = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for number in 0..<8 {
                let ahead = number % 2 == 0 ? nil : AheadThread(snapshot.summary.home.text)
                // Files that are small for one are large for another.
                group.addTask { try bytes(snapshot, .zip, pieceSize: 500 << number, ahead: ahead) }
            }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(all.count == 1)
        #expect(all.first.map { UInt64($0.count) } == snapshot.summary.zip.length)
    }

    /// A clock by which nobody wrote to the files lately: a thread hashes them before their turn.
    private let later = ManualTime(start: Date(timeIntervalSinceNow: 60))

    /// Files of some megabytes.
    private func homeOfLargeFiles() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/home", withIntermediateDirectories: true)
        var random = SplitMix(state: 8)
        for number in 0..<5 {
            let words = (0..<(600_000 + number)).map { _ in random.next() }
            try words.withUnsafeBytes { Data($0) }.write(to: URL(filePath: "\(folder.path)/home/\(number)"))
        }
        return folder
    }

    @Test func whatIsHashedAheadHasTheSameDigest() async throws {
        let folder = try homeOfLargeFiles()
        let first = try HomeSnapshot.take(of: folder.path + "/home", owner: "ada", in: folder.path + "/first")
        let whole = try bytes(first, .zip, pieceSize: 1 << 18)
        let ahead = AheadThread(folder.path + "/home", time: later)
        let second = try HomeSnapshot.take(
            of: folder.path + "/home", owner: "ada", in: folder.path + "/second", ahead: ahead
        ) { _, _ in }
        #expect(try bytes(second, .zip, ahead: ahead) == whole)
        // All of it once more, for the digests alone.
        let hashed = Hashed()
        let again = AheadThread(folder.path + "/home", time: later) { hashed.add($0) }
        _ = try HomeSnapshot.take(
            of: folder.path + "/home", owner: "ada", in: folder.path + "/third", ahead: again
        ) { _, _ in }
        await hashed.wait(for: 5)
        for index in 0..<5 {
            guard case .same(let digest) = try #require(again.takeOutcome(index)) else {
                Issue.record("\(index) was not the same all the time")
                continue
            }
            let slot = try first.table(.zip).slot(index)
            #expect(digest.sha256 == slot.sha256)
            #expect(digest.crc == slot.crc)
        }
        again.abandon()
    }

    @Test func filesOfJustNowAreHashedInTheirTurn() async throws {
        let folder = try homeOfLargeFiles()
        let ahead = AheadThread(folder.path + "/home", time: ManualTime(start: Date(timeIntervalSince1970: 0)))
        let snapshot = try HomeSnapshot.take(
            of: folder.path + "/home", owner: "ada", in: folder.path + "/state", ahead: ahead
        ) { _, _ in }
        _ = try bytes(snapshot, .tar, ahead: ahead)
        for slot in try snapshot.table(.tar).slots(0, count: 5) {
            #expect(slot.progress == .done)
            #expect(slot.state == .ok)
            #expect(slot.sha256 != DigestTable.Slot().sha256)
        }
    }

    @Test func aFileThatChangesAfterItWasHashedAheadIsSaid() async throws {
        let folder = try homeOfLargeFiles()
        let snapshot = try HomeSnapshot.take(of: folder.path + "/home", owner: "ada", in: folder.path + "/state")
        let stream = try ArchiveStream(snapshot, .zip, ahead: AheadThread(folder.path + "/home", time: later))
        var bytes: [UInt8] = []
        while let piece = try stream.next() {
            // In the middle of the second file.
            if bytes.count < 6_000_000, bytes.count + piece.count >= 6_000_000 {
                try Data("changed".utf8).write(to: URL(filePath: folder.path + "/home/1"))
            }
            bytes += piece
        }
        try Data(bytes).write(to: URL(filePath: folder.path + "/a.zip"))
        let verification = try HomeVerification(folder.path + "/a.zip")
        #expect(verification.faults == [])
        #expect(verification.known.map(\.path) == ["home/1"])
    }

    /// What a program writes to a file that it has mapped need not show in the file's times.
    @Test func aChangeThroughTheMemoryAfterItWasHashedAheadIsSaid() async throws {
        let folder = try homeOfLargeFiles()
        let file = open(folder.path + "/home/1", O_RDWR)
        defer { close(file) }
        let size = 4_800_000
        let map = try #require(mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0))
        defer { munmap(map, size) }
        func write(_ byte: UInt8) { map.storeBytes(of: byte, toByteOffset: size - 1, as: UInt8.self) }
        write(1)
        let hashed = Hashed()
        let ahead = AheadThread(folder.path + "/home", time: later) { hashed.add($0) }
        let snapshot = try HomeSnapshot.take(
            of: folder.path + "/home", owner: "ada", in: folder.path + "/state", ahead: ahead
        ) { _, _ in }
        await hashed.wait(for: 5)
        write(2)
        try Data(try bytes(snapshot, .zip, ahead: ahead)).write(to: URL(filePath: folder.path + "/a.zip"))
        let verification = try HomeVerification(folder.path + "/a.zip")
        #expect(verification.faults == [])
        #expect(verification.known.map(\.path) == ["home/1"])
    }
}
