import FleetTesting
import FleetTools
import Foundation
import Synchronization
import Testing
import Texts

@testable import Homes

@Suite(.tags(.medium))
struct HomeExportTests {
    /// Where each run went on.
    private final class Starts: Sendable {
        let all = Mutex<[UInt64]>([])
    }

    private func digest(_ path: String) throws -> Data {
        try #require(FileManager.default.contents(atPath: path))
    }

    @Test(arguments: ArchiveFormat.allCases, 0..<3 as Range<UInt64>)
    func anExportGoesOnWhereItWasStopped(_ format: ArchiveFormat, seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        _ = try RandomHome(folder.path + "/home", seed: seed, things: 40)
        let export = HomeExport(of: folder.path + "/home", owner: "ada", format: format)
        let whole = try export.write(to: folder.path + "/whole")
        let target = folder.path + "/ada"
        let starts = Starts()
        var random = SplitMix(state: seed)
        while !FileManager.default.fileExists(atPath: target) {
            let stop = UInt64.random(in: 1...whole.length, using: &random)
            let task = Task {
                try export.write(to: target) { event in
                    // Cancelled from within, as Ctrl-C does.
                    if case .wrote(let bytes, _) = event, bytes > stop { withUnsafeCurrentTask { $0?.cancel() } }
                    if case .began(_, let from, _) = event { starts.all.withLock { $0.append(from) } }
                }
            }
            _ = await task.result
        }
        #expect(try digest(target) == digest(folder.path + "/whole"))
        let order = starts.all.withLock { $0 }
        #expect(order == order.sorted())
        #expect(
            Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)) == ["home", "whole", "ada"],
            "nothing is left of what was unfinished")
    }

    /// What was written after the last mark may be anything: here zeros, as file systems leave them.
    @Test(arguments: ArchiveFormat.allCases, [true, false])
    func afterAPowerLossOnlyWhatWasOnTheDiskIsKept(_ format: ArchiveFormat, hasMark: Bool) async throws {
        let folder = try TemporaryFolder()
        _ = try RandomHome(folder.path + "/home", seed: 4, things: 40)
        _ = try folder.write(["home/large": String(repeating: "l", count: 3_000_000)])
        var export = HomeExport(of: folder.path + "/home", owner: "ada", format: format)
        let whole = try export.write(to: folder.path + "/whole")
        export.markEvery = whole.length / 5
        let (first, target) = (export, folder.path + "/ada")
        let task = Task {
            try first.write(to: target) { event in
                if case .wrote(let bytes, _) = event, bytes > whole.length * 7 / 10 {
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        let mark = try #require(FileManager.default.contents(atPath: target + ".part.state/mark"))
        var content = try #require(try JSONSerialization.jsonObject(with: mark) as? [String: Any])
        let length = try #require(content["length"] as? UInt64)
        #expect(length > 0)
        content["boot"] = "before"
        try JSONSerialization.data(withJSONObject: content).write(to: URL(filePath: target + ".part.state/mark"))
        if !hasMark { try FileManager.default.removeItem(atPath: target + ".part.state/mark") }
        let part = try #require(FileHandle(forUpdatingAtPath: target + ".part"))
        let end = try part.seekToEnd()
        try #require(end > length)
        try part.truncate(atOffset: length)
        try part.truncate(atOffset: end)
        let starts = Starts()
        _ = try export.write(to: target) { event in
            if case .began(_, let from, _) = event { starts.all.withLock { $0.append(from) } }
        }
        #expect(starts.all.withLock { $0 } == [hasMark ? length : 0])
        #expect(try digest(target) == digest(folder.path + "/whole"))
    }

    @Test func aHomeThatChangedIsBegunAnew() async throws {
        let folder = try TemporaryFolder().write([
            "home/a": String(repeating: "a", count: 3_000_000), "home/b": String(repeating: "b", count: 3_000_000),
        ])
        let export = HomeExport(of: folder.path + "/home", owner: "ada", format: .zip)
        let target = folder.path + "/ada.zip"
        let first = Task {
            try export.write(to: target) {
                if case .wrote(let bytes, _) = $0, bytes > 1_000_000 { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(folder.exists("ada.zip.part") && !folder.exists("ada.zip"))
        _ = try folder.write(["home/a": "changed"])
        var events: [ExportEvent] = []
        _ = try export.write(to: target) { events.append($0) }
        #expect(
            events.contains {
                if case .startsOver(let reason) = $0 { reason.hasPrefix("a has changed") } else { false }
            })
        #expect(try HomeVerification(target).faults == [])
    }

    @Test func whatIsThereIsNeverReplaced() throws {
        let folder = try TemporaryFolder().write(["home/a": "a", "ada.zip": "mine"])
        let export = HomeExport(of: folder.path + "/home", owner: "ada", format: .zip)
        #expect(throws: HomeError.self) { try export.write(to: folder.path + "/ada.zip") }
        #expect(throws: HomeError.self) { try export.compress(to: folder.path + "/ada.zip") }
        #expect(try folder.read("ada.zip") == "mine")
    }

    @Test func twoAtOnceDoNotWriteOneFile() throws {
        let folder = try TemporaryFolder().write(["home/a": "a"])
        let export = HomeExport(of: folder.path + "/home", owner: "ada", format: .zip)
        let target = folder.path + "/ada.zip"
        try FileWriting.makeFolder(target + ".part.state")
        let lock = try FileLock(path: target + ".part.state/lock", holder: "somebody")
        #expect(throws: FileError.self) { try export.write(to: target) }
        withExtendedLifetime(lock) {}
    }

    @Test(arguments: 0..<4 as Range<UInt64>) func compressedOnesHoldTheSame(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        _ = try RandomHome(folder.path + "/home", seed: seed)
        let export = HomeExport(of: folder.path + "/home", owner: "ada", format: .zip)
        let stored = try export.write(to: folder.path + "/stored.zip")
        let compressed = try export.compress(to: folder.path + "/compressed.zip")
        #expect(compressed.root == stored.root)
        #expect(compressed.length < stored.length)
        #expect(UInt64(try digest(folder.path + "/compressed.zip").count) == compressed.length)
        var verification = try HomeVerification(folder.path + "/compressed.zip")
        try verification.compare(with: folder.path + "/home")
        #expect(verification.faults == [])
    }

    /// What a killed process left goes; what another one holds, or is somebody's own, stays.
    @Test func scratchFoldersDoNotPileUp() throws {
        let folder = try TemporaryFolder().write([
            "hubfleet-export-old/entries": "names", "hubfleet-export-held/entries": "names",
            "hubfleet-export-new/entries": "names", "hubfleet-else/entries": "names", "hubfleet-export-file": "",
        ])
        for name in ["hubfleet-export-old", "hubfleet-export-held", "hubfleet-else"] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -3_600)], ofItemAtPath: folder.path + "/" + name)
        }
        let lock = try FileLock(path: folder.path + "/hubfleet-export-held/lock", holder: "a test")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -3_600)],
            ofItemAtPath: folder.path + "/hubfleet-export-held")
        var scratch: ScratchFolder? = try ScratchFolder(in: folder.path)
        let own = try #require(scratch).path
        #expect(folder.exists(String(own.dropFirst(folder.path.count + 1)) + "/lock"))
        let kept = ["hubfleet-else", "hubfleet-export-file", "hubfleet-export-held", "hubfleet-export-new"]
        scratch = nil
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == kept)
        withExtendedLifetime(lock) {}
    }
}
