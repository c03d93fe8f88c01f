import FleetTesting
import Foundation
import Homes
import Synchronization
import Testing
import Texts

@testable import FleetWeb

/// Scans of homes, as the service keeps them.
@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct HomeStoreTests {
    private let folder: TemporaryFolder
    private let time = ManualTime()
    private let store: HomeStore

    init() throws {
        folder = try TemporaryFolder().write(["homes/ada/notes": "one"])
        store = HomeStore(Self.settings(folder), time: time)
    }

    private static func settings(_ folder: TemporaryFolder) -> HomeServiceSettings {
        var settings = HomeServiceSettings(
            homes: folder.path + "/homes", scheme: .plain, state: folder.path + "/state")
        settings.scanAge = 3_600
        return settings
    }

    private func scanned(_ store: HomeStore, anew: Bool = false) async throws -> HomeSnapshot {
        if anew { await store.scan("ada") }
        let status = try await settled(store, "ada")
        guard case .ready(let snapshot) = status else { throw CancellationError() }
        return snapshot
    }

    /// The state of a home once it has been looked at. The time that the store knows stands still meanwhile.
    private func settled(_ store: HomeStore, _ user: ExactText) async throws -> HomeStore.Status {
        var status = await store.status(of: user)
        try await eventually("the home of \(user) has been looked at") {
            guard case .scanning = status else { return true }
            status = await store.status(of: user)
            return false
        }
        return status
    }

    private var kept: Set<String> {
        Set((try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/state/homes/ada/snapshots")) ?? [])
    }

    @Test func aHomeIsScannedOnceHoweverManyAsk() async throws {
        let all = await withTaskGroup(of: HomeStore.Status.self) { group in
            for _ in 0..<20 { group.addTask { await store.status(of: "ada") } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let scans = Set(
            all.compactMap { status in
                if case .scanning(let progress) = status { ObjectIdentifier(progress) } else { nil }
            })
        #expect(scans.count <= 1)
        let snapshot = try await scanned(store)
        #expect(kept == [snapshot.summary.id])
    }

    @Test func whoWaitsIsToldWhenItLastsLonger() async throws {
        // The scan has to wait behind others.
        for number in 0..<200 { _ = try folder.write(["homes/u\(number)/f": "x"]) }
        for number in 0..<200 { await store.scan("u\(number)".exact) }
        guard case .scanning = await store.status(of: "ada", waiting: .zero) else {
            Issue.record("it cannot be ready yet")
            return
        }
        _ = try await scanned(store)
    }

    @Test func threeScansAreKeptAndThoseInUse() async throws {
        let first = try await scanned(store)
        store.uses.add(first.folder)
        var ids = [first.summary.id]
        for number in 0..<5 {
            _ = try folder.write(["homes/ada/notes": "\(number)"])
            // Whole seconds order them.
            time.advance(by: .seconds(1))
            ids.append(try await scanned(store, anew: true).summary.id)
        }
        #expect(kept == Set([ids[0]] + ids.suffix(3)))
        store.uses.remove(first.folder)
        time.advance(by: .seconds(1))
        _ = try folder.write(["homes/ada/notes": "last"])
        _ = try await scanned(store, anew: true)
        #expect(kept.count == 3 && !kept.contains(ids[0]))
        #expect(await store.snapshot(ids[0], of: "ada") == nil)
    }

    @Test func aRestartFindsWhatWasKeptAndCleansUp() async throws {
        let snapshot = try await scanned(store)
        _ = try folder.write(["state/homes/ada/snapshots/new-1/entries": "half", "homes/ada/more": "2"])
        let again = HomeStore(Self.settings(folder), time: time)
        #expect(await again.snapshot(snapshot.summary.id, of: "ada")?.summary == snapshot.summary)
        #expect(try await scanned(again).summary == snapshot.summary, "it is not old yet")
        #expect(kept == [snapshot.summary.id])
    }

    @Test func aScanThatFailsSaysWhyAndLeavesNothing() async throws {
        _ = try folder.write(["state/homes/ada/snapshots": "in the way"])
        let told = Mutex<[String]>([])
        let store = HomeStore(Self.settings(folder), time: time) { text in told.withLock { $0.append(text) } }
        guard case .troubled(.noRoomForNotes) = try await settled(store, "ada") else {
            Issue.record("it cannot be kept")
            return
        }
        #expect(told.withLock { $0.count == 1 && $0[0].contains("/state/homes/ada/snapshots") })
        try FileManager.default.removeItem(atPath: folder.path + "/state/homes/ada/snapshots")
        _ = try await scanned(store)
    }

    @Test func onlyWhatIsAHomeOfAUserIsScanned() async throws {
        _ = try folder.write([
            "homes/_shared/f": "x", "homes/.trash/f": "x", "homes/lost+found/f": "x", "homes/file": "x",
            "elsewhere/f": "x",
        ])
        symlink("../elsewhere", folder.path + "/homes/linked")
        let users = try HomeFolders(folder.path + "/homes").users.map { String(decoding: $0, as: UTF8.self) }
        #expect(users == ["ada"])
        for user in ["_shared", ".trash", "lost+found", "file", "linked", "nobody", "..", "a/b"] {
            guard case .noHome = try await settled(store, user.exact) else {
                Issue.record("\(user) is no home")
                continue
            }
        }
    }

    @Test func whatNobodyComesBackForGoes() throws {
        _ = try folder.write([
            "state/homes/old/snapshots/1/snapshot.json": "{}", "state/homes/new/snapshots/1/snapshot.json": "{}",
            "state/homes/half/snapshots/new-1/entries": "", "state/homes/known/snapshots/1/entries": "",
        ])
        for user in ["old", "known"] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -1_000)],
                ofItemAtPath: folder.path + "/state/homes/\(user)/snapshots/1/"
                    + (user == "old" ? "snapshot.json" : "entries"))
        }
        OldSnapshots.remove(
            in: folder.path + "/state/homes", except: ["known"], before: Date(timeIntervalSinceNow: -500))
        let left = ["old", "new", "half", "known"].filter { user in
            (try? FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/state/homes/\(user)/snapshots"))
                != []
        }
        #expect(left == ["new", "known"])
    }
}
