import FleetTesting
import Foundation
import Testing
import Texts

@testable import Homes

/// What is beside an unfinished archive, and whatever may have happened to it.
@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct ExportStateTests {
    private let folder: TemporaryFolder
    private let target: String

    init() throws {
        folder = try TemporaryFolder().write([
            "home/a": String(repeating: "a", count: 300_000), "home/b": String(repeating: "b", count: 1_500_000),
            "home/c": String(repeating: "c", count: 1_500_000), "home/d": "d",
        ])
        target = folder.path + "/ada"
    }

    private func export(_ format: ArchiveFormat = .zip) -> HomeExport {
        HomeExport(of: folder.path + "/home", owner: "ada", format: format)
    }

    /// Stops an export after so many bytes.
    private func stop(after count: UInt64, _ format: ArchiveFormat = .zip) async throws {
        let (export, target) = (export(format), target)
        let task = Task {
            try export.write(to: target) {
                if case .wrote(let bytes, _) = $0, bytes > count { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    private func bytes(_ name: String) throws -> Data {
        try #require(FileManager.default.contents(atPath: folder.path + "/" + name))
    }

    private var names: Set<String> {
        Set((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).subtracting(["home"])
    }

    @Test func anotherFormDoesNotGoOn() async throws {
        try await stop(after: 1_000_000)
        let part = try bytes("ada.part")
        let error = #expect(throws: HomeError.self) { try export(.tar).write(to: target) }
        #expect(error?.description.contains("it was begun as zip") == true)
        #expect(try bytes("ada.part") == part)
        _ = try export().write(to: target)
        #expect(try HomeVerification(target).faults == [])
    }

    /// Also when all of the file is in the part already: else the archive would be of two states.
    @Test(arguments: ["changed", "gone"]) func whatChangedSinceItWasWrittenIsSaid(_ how: String) async throws {
        try await stop(after: 1_000_000)
        if how == "gone" { unlink(folder.path + "/home/a") } else { _ = try folder.write(["home/a": "changed"]) }
        var reasons: [String] = []
        _ = try export().write(to: target) { if case .startsOver(let reason) = $0 { reasons.append(reason) } }
        #expect(reasons.count == 1 && reasons[0].hasPrefix("a has changed"))
        var verification = try HomeVerification(target)
        try verification.compare(with: folder.path + "/home")
        #expect(verification.faults == [])
    }

    /// Killed right after the archive got its name.
    @Test func whatWasFinishedIsCompletedOnly() throws {
        let receipt = try leaveFinished()
        let archive = try bytes("ada")
        #expect(try export().write(to: target).root == receipt.root)
        #expect(try bytes("ada") == archive)
        #expect(names == ["ada"])
    }

    @Test func whatWasFinishedAndCannotBeCompletedIsNotTouched() throws {
        _ = try leaveFinished()
        let archive = try bytes("ada")
        unlink(folder.path + "/ada.part.state/snapshot.json")
        #expect(throws: HomeError.self) { try export().write(to: target) }
        #expect(try bytes("ada") == archive)
        #expect(names == ["ada"])
    }

    @Test func whatWasFinishedAndRenamedIsNoPart() throws {
        _ = try leaveFinished()
        let archive = try bytes("ada")
        rename(target, folder.path + "/monday")
        _ = try folder.write(["home/a": "tuesday"])
        _ = try export().write(to: target)
        #expect(try bytes("monday") == archive)
        var verification = try HomeVerification(target)
        try verification.compare(with: folder.path + "/home")
        #expect(verification.faults == [])
        #expect(names == ["ada", "monday"])
    }

    /// As a process leaves it that is killed between giving the name and removing the part.
    private func leaveFinished() throws -> HomeReceipt {
        let (state, saved) = (target + ".part.state", folder.path + "/saved")
        let receipt = try export().write(to: target) { event in
            guard case .wrote(let bytes, _) = event, bytes > 3_300_000 else { return }
            try? FileManager.default.removeItem(atPath: saved)
            try? FileManager.default.copyItem(atPath: state, toPath: saved)
        }
        try FileManager.default.moveItem(atPath: saved, toPath: state)
        #expect(link(target, target + ".part") == 0)
        return receipt
    }

    @Test func whatIsInTheWayIsSeenBeforeTheWork() throws {
        symlink("nowhere", target)
        #expect(throws: HomeError.self) { try export().write(to: target) }
        #expect(names == ["ada"])
    }

    /// A scan or a table that a disk spoilt gives the right archive, or none.
    @Test(arguments: ["entries", "digests.zip", "mark", "snapshot.json"])
    func aDamagedStateNeverGivesAWrongArchive(_ name: String) async throws {
        try await stop(after: 2_000_000)
        let saved = (state: try bytes("ada.part.state/" + name), part: try bytes("ada.part"))
        let state = URL(filePath: target + ".part.state")
        let whole = folder.path + "/whole"
        try FileManager.default.copyItem(atPath: state.path, toPath: whole)
        var random = SplitMix(state: 6)
        for _ in 0..<25 {
            try? FileManager.default.removeItem(at: state)
            try FileManager.default.copyItem(atPath: whole, toPath: state.path)
            var damaged = saved.state
            let place = Int.random(in: damaged.indices, using: &random)
            for index in place..<min(place + Int.random(in: 1...8, using: &random), damaged.count) {
                damaged[index] = [0, 0xFF, 0x7F, damaged[index] ^ 1].randomElement(using: &random) ?? 0
            }
            try damaged.write(to: state.appending(path: name))
            try saved.part.write(to: URL(filePath: target + ".part"))
            // A form that is another now is refused.
            if (try? export().write(to: target)) != nil {
                #expect(try HomeVerification(target).faults == [], "byte \(place)")
            } else {
                #expect(name == "mark", "byte \(place)")
            }
            unlink(target)
            await Task.yield()
        }
    }

    /// Each byte of what is known of the whole: lengths decide where everything stands.
    @Test func noDamagedScanIsOpened() throws {
        let state = folder.path + "/state"
        _ = try HomeSnapshot.take(of: folder.path + "/home", owner: "ada", in: state)
        let whole = try bytes("state/snapshot.json")
        for place in whole.indices {
            var damaged = whole
            damaged[place] ^= 1
            try damaged.write(to: URL(filePath: state + "/snapshot.json"))
            #expect(throws: HomeError.self, "byte \(place)") { try HomeSnapshot(folder: state) }
        }
        try whole.write(to: URL(filePath: state + "/snapshot.json"))
        _ = try HomeSnapshot(folder: state)
    }

    /// Processes that were killed while they compressed leave nothing for ever.
    @Test func leftoversOfCompressedOnesGo() throws {
        let own = ProcessInfo.processInfo.processIdentifier
        // No process has the largest number.
        _ = try folder.write(["ada.4194304.part": "half", "ada.1.part": "of another", "ada.x.part": "mine"])
        _ = try export().compress(to: target)
        #expect(names == ["ada", "ada.1.part", "ada.x.part"], "\(own)")
    }
}
