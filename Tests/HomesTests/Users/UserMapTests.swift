import FleetTesting
import Testing

@testable import Homes

@Suite(.tags(.small))
struct UserMapTests {
    private func pairs(_ text: String) throws -> [String] {
        try UserMap(Array(text.utf8), file: "map.csv").lines.map { "\($0.number):\($0.old)>\($0.new)" }
    }

    private func faults(_ text: String) -> [String] {
        do {
            _ = try UserMap(Array(text.utf8), file: "map.csv")
            return []
        } catch let error as UserMapError {
            return error.faults
        } catch {
            return ["\(error)"]
        }
    }

    @Test(arguments: [
        "ada,ada@x.org\ngrace,grace@x.org", "from,to\nada,ada@x.org\ngrace,grace@x.org\n",
        "\u{FEFF}Old,New\r\n\"ada\",\"ada@x.org\"\r\n# gone\r\n\r\ngrace , grace@x.org\r\n",
    ])
    func linesAreReadAsSpreadsheetsWriteThem(_ text: String) throws {
        #expect(try UserMap(Array(text.utf8), file: "m").lines.map(\.new) == ["ada@x.org", "grace@x.org"])
    }

    @Test func quotesKeepEverything() throws {
        #expect(try pairs("\"a,b\",\" c\"\n\"d\"\"e\",f\n") == ["1:a,b> c", "2:d\"e>f"])
        #expect(try pairs("") == [])
        #expect(try pairs("\n\n# only words\n") == [])
        #expect(try pairs("from,to") == [])
        #expect(try pairs("ada,grace\ngrace,ada\n") == ["1:ada>grace", "2:grace>ada"])
    }

    @Test(arguments: [
        ("ada", "1:1: one column instead of two, old name,new name"),
        ("ada;b\n", "1:1: one column instead of two, old name,new name; columns are divided by commas here"),
        ("a,b\nc,d,e\n", "2:5: 3 columns instead of two, old name,new name"),
        ("a,\n", "1:3: this name is empty; write it, or take the line out"),
        (",b\n", "1:1: this name is empty; write it, or take the line out"),
        ("a,b\na,c\n", "2:1: a is mapped in line 1 already; take one of them out"),
        ("a,b\nc, b\n", "2:4: b is the new name of line 1 already; two homes cannot become one"),
        ("\"a,b\n", "1:1: this quote has no end on its line; add it"),
        ("a\"b,c\n", "1:2: a quote within a name; put the whole name into quotes, and write \"\" for one in it"),
        ("\"a\"b,c\n", "1:4: text after the end of a quote; write a comma, or \"\" for a quote in a name"),
        ("a,b\tc\n", "1:3: this name has a control character in it, which no user name has; take it out"),
    ])
    func whatIsWrongIsSaidWithItsPlace(_ text: String, _ fault: String) {
        #expect(faults(text) == ["map.csv:" + fault])
    }

    @Test func allFaultsComeAtOnceAndBytesThatAreNoTextAreFound() {
        #expect(faults("a\nb,\nc,d\nc,e\n").count == 3)
        let error = #expect(throws: UserMapError.self) { try UserMap([0x61, 0x2C, 0x62, 0x0A, 0x61, 0xE9], file: "m") }
        #expect(error?.faults == ["m:2:2: this is no UTF-8; save the file as UTF-8"])
        #expect(faults((0..<30).map { "u\($0)" }.joined(separator: "\n")).count == 30)
    }

    /// Composed and decomposed letters look alike and are two folders.
    @Test func namesAreBytes() throws {
        #expect(try pairs("\u{E9},a\ne\u{301},b\n").count == 2)
    }

    @Test func nothingCrashesOnAnyInput() throws {
        var random = SplitMix(state: 3)
        let good = Array("from,to\nada,ada@x.org\n\"gra\"\"ce\",g\r\n# x\n".utf8)
        var refused = 0
        for _ in 0..<3000 {
            do {
                let map = try UserMap(Mutation.mutate(good, &random), file: "m")
                #expect(map.lines.allSatisfy { !$0.old.isEmpty && !$0.new.isEmpty })
            } catch let error as UserMapError {
                #expect(error.faults.allSatisfy { $0.hasPrefix("m:") })
                refused += 1
            }
        }
        #expect(refused > 100)
    }
}

@Suite(.tags(.small))
struct HomeNamesTests {
    private func names(_ map: String, _ from: FolderScheme, _ to: FolderScheme) throws -> HomeNames {
        try HomeNames(map: UserMap(Array(map.utf8), file: "map.csv"), from: from, to: to)
    }

    private func folders(_ names: String...) -> [[UInt8]] { names.map { Array($0.utf8) } }

    private func targets(_ plan: HomeNames.Plan) -> [String] {
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
        #expect(error?.faults == ["bob: no line of map.csv names its user; add one"])
        #expect(try self.names("", .plain, .plain).plan(folders: folders("ada")).unnamed == [])
    }

    @Test func twoHomesNeverBecomeOne() throws {
        let error = #expect(throws: UserMapError.self) {
            try names("ada,bob\n", .plain, .plain).plan(folders: folders("ada", "bob"))
        }
        #expect(
            error?.faults == [
                "ada and bob would both become bob; give one of them another name in the map of users"
            ])
        #expect(
            try targets(names("ada,bob\nbob,ada\n", .plain, .plain).plan(folders: folders("ada", "bob"))).count == 2)
    }

    @Test func namesThatGiveNoFolderAreErrors() {
        let error = #expect(throws: UserMapError.self) { try names("a/b,c\nd,..\n", .plain, .plain) }
        #expect(error?.faults.map { $0.prefix(12) } == ["map.csv:1:1:", "map.csv:2:3:"])
        #expect(throws: Never.self) { try names("a/b,c\nd,..\n", .escape, .safe) }
    }

    /// They would not be listed as homes, or be the move's own folder.
    @Test(arguments: [".hidden", ".hubfleet-move", "_shared", "lost+found"])
    func nobodysHomeIsHiddenOrShared(_ name: String) throws {
        let error = #expect(throws: UserMapError.self) { try names("zoe,z\nada, \(name)\n", .plain, .plain) }
        #expect(
            error?.faults == [
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
