import FleetTesting
import Testing
import Texts

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
            return error.faults.map(\.description)
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
        ("a,Ada@X.org\nc,ada@x.ORG\n", "2:3: ada@x.org is the new name of line 1 already; two homes cannot become one"),
        ("a,b\nc,B\n", "2:3: b is the new name of line 1 already; two homes cannot become one"),
        ("\"a,b\n", "1:1: this quote has no end on its line; add it"),
        ("a\"b,c\n", "1:2: a quote within a name; put the whole name into quotes, and write \"\" for one in it"),
        ("\"a\"b,c\n", "1:4: text after the end of a quote; write a comma, or \"\" for a quote in a name"),
        ("a,b\tc\n", "1:3: this name has a control character in it, which no user name has; take it out"),
    ])
    func whatIsWrongIsSaidWithItsPlace(_ text: String, _ fault: String) {
        #expect(faults(text) == ["map.csv:" + fault])
    }

    /// The hub looks for the folder of the name in small letters.
    @Test func newNamesAreMadeSmallAsJupyterHubDoes() throws {
        let map = try UserMap(Array("Ada,Ada.Lovelace@Example.ORG\nb,\u{C9}MILE\nc,c\n".utf8), file: "m")
        #expect(map.lines.map(\.old) == ["Ada", "b", "c"])
        #expect(map.lines.map(\.new) == ["ada.lovelace@example.org", "\u{E9}mile", "c"])
        #expect(map.lowered.map(\.number) == [1, 2])
    }

    @Test func allFaultsComeAtOnceAndBytesThatAreNoTextAreFound() {
        #expect(faults("a\nb,\nc,d\nc,e\n").count == 3)
        let error = #expect(throws: UserMapError.self) { try UserMap([0x61, 0x2C, 0x62, 0x0A, 0x61, 0xE9], file: "m") }
        #expect(error?.faults.map(\.description) == ["m:2:2: this is no UTF-8; save the file as UTF-8"])
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
                #expect(error.faults.allSatisfy { $0.place?.file == "m" })
                refused += 1
            }
        }
        #expect(refused > 100)
    }
}
