import FleetTesting
import Foundation
import Testing
import Texts

@testable import Homes

@Suite(.tags(.medium))
struct AllHomesRunTests {
    private static let time = Date(timeIntervalSince1970: 1_900_000_000)

    private let folder: TemporaryFolder
    private let runs: AllHomesRuns

    init() throws {
        folder = try TemporaryFolder().write(["homes/ada/a": "a", "homes/bob/b": "bb", "runs/.keep": ""])
        runs = AllHomesRuns(folder.path + "/runs")
    }

    private func next(anew: Bool = false) throws -> AllHomesRun? {
        try runs.next(
            anew: anew, by: "root", homes: folder.path + "/homes", users: ["bob": "Bob B."], at: Self.time)
    }

    /// Runs what waits, and gives the states after each step that is worth keeping.
    private func work(_ run: inout AllHomesRun) throws -> [[AllHomesRun.State]] {
        let export = AllHomesExport(
            from: folder.path + "/homes", to: runs.archives(of: run), key: ReceiptKey())
        var states: [[AllHomesRun.State]] = []
        _ = try export.run(run.waiting) { event in
            if run.note(event) { states.append(run.homes.map(\.state)) }
        }
        run.end(at: Self.time)
        return states
    }

    @Test func eachHomeGoesFromWaitingToDone() throws {
        var run = try #require(try next())
        #expect(run.name == "2030-03-17T174640" && run.by == "root")
        #expect(run.homes.map(\.folder) == ["ada", "bob"] && run.homes.map(\.user) == ["ada", "Bob B."])
        #expect(
            try work(&run) == [
                [.running, .waiting], [.done, .waiting], [.done, .running], [.done, .done],
            ])
        #expect(run.finished == Self.time && !run.isOpen && run.waiting == [])
        let receipt = try #require(
            PresentArchive.receipt(of: runs.archives(of: run) + "/bob.zip", owner: "Bob B.", .zip))
        #expect(run.homes[1].root == receipt.root && run.homes[1].length == receipt.length)
        try runs.save(run)
        #expect(runs.newest == run)
        #expect(try next() == nil, "all is done")
    }

    @Test func aHomeThatFailsIsTriedAgainAlone() throws {
        var run = try #require(try next())
        try FileManager.default.moveItem(atPath: folder.path + "/homes/bob", toPath: folder.path + "/bob")
        #expect(try work(&run).last == [.done, .failed])
        #expect(run.homes[1].reason?.contains("/homes/bob is no home that can be read") == true)
        #expect(run.finished == Self.time && run.isOpen)
        try runs.save(run)
        try FileManager.default.moveItem(atPath: folder.path + "/bob", toPath: folder.path + "/homes/bob")
        var again = try #require(try next())
        #expect(again.name == run.name && again.finished == nil)
        #expect(again.waiting == [AllHomesExport.Home(folder: "bob", owner: "Bob B.")])
        #expect(try work(&again) == [[.done, .running], [.done, .done]])
    }

    @Test func whatWasStoppedWaitsAgain() throws {
        var run = try #require(try next())
        run.note(.begins(run.waiting[0]))
        #expect(run.note(.export(AllHomesExport.Home(folder: "ada"), .wrote(bytes: 7, files: 1))) == false)
        #expect(run.homes[0].state == .running && run.homes[0].bytes == 7)
        run.end(at: Self.time)
        #expect(run.homes.map(\.state) == [.waiting, .waiting] && run.finished == nil && run.isOpen)
        // As a service leaves it that was killed.
        run.note(.begins(run.waiting[0]))
        try runs.save(run)
        #expect(try next()?.homes == run.continued.homes)
        #expect(run.continued.waiting.count == 2)
    }

    @Test func aRunAnewHasAFolderOfItsOwn() throws {
        let names = try (0..<12).map { _ in try #require(try next(anew: true)).name }
        #expect(Set(names).count == 12)
        #expect(names[0] == "2030-03-17T174640" && names[1] == "2030-03-17T174640-2")
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/runs/" + names[0])[
            .posixPermissions]
        #expect(mode as? Int == 0o700)
    }

    @Test func aRunThatAnOlderVersionWroteIsRead() throws {
        try folder.write([
            "runs/2026-01-02T030405.json": """
            {"name":"2026-01-02T030405","by":"root","homes":[{"folder":"ada","user":"ada","state":"failed","bytes":5,\
            "length":0,"exceptions":0,"reason":"no room"}],"finished":"2026-01-02T03:04:09Z"}
            """
        ])
        let run = try #require(runs.newest)
        #expect(run.isOpen && run.count(.failed) == 1 && run.homes[0].reason == "no room")
    }
}
