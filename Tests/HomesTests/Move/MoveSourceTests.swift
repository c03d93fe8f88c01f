import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Homes

/// What later runs of a move say when the old side is not what it was: homes are gone, have other names, or another path.
@Suite(.tags(.medium))
struct MoveSourceTests: MoveBed {
    let folder: TemporaryFolder
    private var journals: String { new + "/.hubfleet-move/homes" }

    init() throws {
        folder = try TemporaryFolder().write([
            "old/ada/notes.txt": "hello", "old/bob/data": "bob's", "old/carl/c": "c", "old/_shared/set": "s",
        ])
        try files.createDirectory(atPath: new, withIntermediateDirectories: false)
    }

    private func map(_ text: String) throws -> UserMap { try UserMap(Array(text.utf8), file: "map.csv") }

    /// Until it is removed or kept by hand: a home that vanishes as a whole is rather an accident.
    @Test(arguments: [true, false]) func aHomeThatIsGoneIsSaidAndStays(_ isKept: Bool) async throws {
        try await move()
        try files.removeItem(atPath: old + "/carl")
        let carl = MoveResult.Copy(
            folder: "carl", target: "carl", why: "there is no such home in \(old) any more",
            journal: journals + "/carl.jsonl")
        let changes: [(inout MoveSettings) -> Void] = [
            { $0.isFinal = true }, { $0.isVerifyOnly = true }, { $0.isDryRun = true },
        ]
        for change in changes {
            let result = try await move(change)
            #expect(result.withoutSource == [carl])
            #expect(result.homes.count == 2 && !result.isGood)
        }
        #expect(files.fileExists(atPath: new + "/carl/c"))
        // Those who were asked for are well.
        #expect(try await move { $0.users = ["bob"] }.isGood)
        try files.removeItem(atPath: isKept ? carl.journal : new + "/carl")
        #expect(try await move { $0.isFinal = true }.isGood)
    }

    @Test func aHomeThatGoesElsewhereIsSaid() async throws {
        let (wrong, right) = (try map("ada,eve@x.org\n"), try map("ada,ada@x.org\n"))
        try await move { $0.map = wrong }
        let result = try await move { ($0.map, $0.isFinal) = (right, true) }
        #expect(result.homes.map(\.state) == [.same, .same, .same])
        #expect(result.withoutSource.map(\.target) == ["eve@x.org"])
        #expect(result.withoutSource.map(\.why) == ["that home goes to ada@x.org now"])
        #expect(try await move { ($0.map, $0.users) = (right, ["ada"]) }.withoutSource.count == 1)
        #expect(try await move { ($0.map, $0.users) = (right, ["bob"]) }.withoutSource == [])
    }

    @Test func whatWasNotAskedForIsNotGone() async throws {
        try await move { $0.withShared = true }
        #expect(try await move().isGood)
        // Of a home that was begun, nothing is there.
        try Data("{\"format\":\"hubfleet home move\",\"source\":\"\(old)/zoe\",\"version\":1}\n".utf8)
            .write(to: URL(filePath: journals + "/zoe.jsonl"))
        try files.createDirectory(atPath: new + "/zoe", withIntermediateDirectories: false)
        #expect(try await move().isGood)
    }

    @Test func twoHubsBecomeOne() async throws {
        try await move()
        _ = try folder.write(["other/zoe/z": "z"])
        let other = folder.path + "/other"
        #expect(try await move { $0.from = other }.isGood)
        #expect(try await move().isGood)
        _ = try folder.write(["other/ada/a": "another's"])
        let result = try await move { $0.from = other }
        #expect(result.homes.map(\.state) == [.failed, .same])
        #expect(result.homes[0].failure?.hasSuffix("give its user another name with --user-map") == true)
        #expect(try await move { ($0.from, $0.isDryRun) = (other, true) }.homes[0].failure == result.homes[0].failure)
    }

    @Test func theSamePlaceByAnotherPathIsTheSame() async throws {
        try await move()
        symlink("old", folder.path + "/alias")
        #expect(try await move { $0.from = folder.path + "/alias" }.isGood)
        try files.removeItem(atPath: old + "/carl")
        #expect(try await move { $0.from = folder.path + "/alias" }.withoutSource.map(\.target) == ["carl"])
    }

    @Test func anOldSideThatIsElsewhereGoesOnWhenThatIsSaid() async throws {
        try await move()
        let mount = folder.path + "/mount"
        try files.moveItem(atPath: old, toPath: mount)
        try files.removeItem(atPath: mount + "/carl")
        let refused = try await move { $0.from = mount }.homes[0]
        #expect(
            refused.failure
                == "what is in \(new)/ada was copied from \(old)/ada before, and not from \(mount)/ada. If that is the "
                + "same place, mounted elsewhere now, add --from-moved; if it is another hub's, give its user another name "
                + "with --user-map")
        let planned = try await move { ($0.from, $0.hasMoved, $0.isDryRun) = (mount, true, true) }
        #expect(planned.homes.map(\.unchanged) == [1, 1])
        #expect(planned.withoutSource.map(\.target) == ["carl"])
        let moved = try await move { ($0.from, $0.hasMoved) = (mount, true) }
        #expect(moved.homes.map(\.unchanged) == [1, 1])
        // It is said once.
        let again = try await move { ($0.from, $0.isFinal) = (mount, true) }
        #expect(again.homes.map(\.state) == [.same, .same])
        #expect(again.withoutSource.map(\.target) == ["carl"])
        #expect(try await move { $0.from = mount }.withoutSource == again.withoutSource)
    }

    /// Whatever is said of the path, one home never goes on as another.
    @Test func anotherHomeIsNoPathOfTheSame() async throws {
        let (wrong, right) = (try map("ada,x\n"), try map("bob,x\n"))
        try await move { $0.map = wrong }
        let home = try await move { ($0.map, $0.hasMoved) = (right, true) }.homes[1]
        #expect(home.state == .failed)
        #expect(home.failure?.hasSuffix("remove \(new)/x and \(journals)/x.jsonl") == true)
    }

    /// Names of up to 255 bytes, of which many begin alike.
    @Test func longNamesHaveJournalsOfTheirOwn() async throws {
        let names = ["a", "b"].map { String(repeating: "n", count: 240) + $0 }
        for name in names { _ = try folder.write(["old/\(name)/file": name]) }
        #expect(try await move().isGood)
        for name in names { try files.removeItem(atPath: old + "/" + name) }
        let result = try await move()
        #expect(Set(result.withoutSource.map(\.target)) == Set(names))
        #expect(Set(result.withoutSource.map(\.folder)) == Set(names))
    }
}
