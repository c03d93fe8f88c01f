import FleetTesting
import Testing
import Texts

@testable import Homes

@Suite(.tags(.small))
struct MoveNamesTests {
    private func names(_ map: String, _ from: FolderScheme, _ to: FolderScheme) throws -> MoveNames {
        try MoveNames(map: UserMap(Array(map.utf8), file: "map.csv"), from: from, to: to)
    }

    private func folders(_ names: String...) -> [[UInt8]] { names.map { Array($0.utf8) } }

    private func targets(_ plan: MoveNames.Plan) -> [String] {
        plan.homes.map { ByteText.readable($0.folder) + ">" + ByteText.readable($0.target) }
    }

    @Test func mapsGoForwardsFromTheOldName() throws {
        let plan = try names("Ada.L,ada@x\ngone,new\n", .safe, .escape).plan(
            folders: folders(try #require(FolderScheme.safe.folderName(for: "Ada.L")), "bob", "x---01234567"))
        #expect(plan.homes.map(\.user) == ["Ada.L", "bob", nil])
        #expect(plan.homes.map(\.newUser) == ["ada@x", "bob", nil])
        #expect(targets(plan).map { $0.split(separator: ">").last } == ["ada-40x", "bob", "x---01234567"])
        #expect(plan.unused.map(\.old) == ["gone"])
        #expect(plan.unnamed == ["x---01234567"])
    }

    @Test func schemesAloneRenameWhatCanBeTold() throws {
        let names = try names("", .escape, .safe)
        let plan = try names.plan(folders: folders("ada-2dl", "bob", "Odd-"))
        #expect(targets(plan) == ["ada-2dl>ada-l", "bob>bob", "Odd->Odd-"])
        #expect(plan.unnamed == ["Odd-"])
    }

    @Test func foldersWithoutALineKeepTheirNameOrAreErrors() throws {
        let names = try names("ada,a\n", .plain, .plain)
        let plan = try names.plan(folders: folders("ada", "bob"))
        #expect(targets(plan) == ["ada>a", "bob>bob"])
        #expect(plan.unnamed == ["bob"])
        let error = #expect(throws: UserMapError.self) {
            try names.plan(folders: folders("ada", "bob"), isStrict: true)
        }
        #expect(error?.faults.map(\.description) == ["bob: no line of map.csv names its user; add one"])
        #expect(try self.names("", .plain, .plain).plan(folders: folders("ada")).unnamed == [])
    }

    @Test func twoHomesNeverBecomeOne() throws {
        let error = #expect(throws: UserMapError.self) {
            try names("ada,bob\n", .plain, .plain).plan(folders: folders("ada", "bob"))
        }
        #expect(
            error?.faults.map(\.description) == [
                "ada and bob would both become bob; give one of them another name in the map of users"
            ])
        #expect(
            try targets(names("ada,bob\nbob,ada\n", .plain, .plain).plan(folders: folders("ada", "bob"))).count == 2)
    }

    @Test func namesThatGiveNoFolderAreErrors() {
        let error = #expect(throws: UserMapError.self) { try names("a/b,c\nd,..\n", .plain, .plain) }
        #expect(error?.faults.map { $0.description.prefix(12) } == ["map.csv:1:1:", "map.csv:2:3:"])
        #expect(throws: Never.self) { try names("a/b,c\nd,..\n", .escape, .safe) }
    }

    /// They would not be listed as homes, or be the move's own folder.
    @Test(arguments: [".hidden", ".hubfleet-move", "_shared", "lost+found"])
    func nobodysHomeIsHiddenOrShared(_ name: String) throws {
        let error = #expect(throws: UserMapError.self) { try names("zoe,z\nada, \(name)\n", .plain, .plain) }
        #expect(
            error?.faults.map(\.description) == [
                "map.csv:2:6: the folder would be \(name), and names that begin with . or _, and lost+found, are not those "
                    + "of homes; give ada another name"
            ])
        // By the folder, not by the name.
        #expect(throws: Never.self) { try names("ada,\(name)\n", .plain, .escape) }
        let folder = try #require(FolderScheme.escape.folderName(for: name))
        let plain = try names("", .escape, .plain)
        #expect(throws: UserMapError.self) { try plain.plan(folders: folders(folder)) }
        #expect(try targets(names("\(name),zoe", .escape, .plain).plan(folders: folders(folder))) == ["\(folder)>zoe"])
        #expect(try targets(names("", .plain, .plain).plan(folders: folders(name))) == ["\(name)>\(name)"])
    }

    @Test func foldersThatAreNoTextKeepTheirBytes() throws {
        let plan = try names("", .escape, .safe).plan(folders: [[0x63, 0xE9]])
        #expect(plan.homes.map(\.target) == [[0x63, 0xE9]])
        #expect(plan.unnamed == ["c%E9"])
    }
}
