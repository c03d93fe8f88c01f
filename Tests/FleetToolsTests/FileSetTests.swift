import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@Suite(.tags(.medium))
struct FileSetTests {
    @Test func writesAllFilesReadableForEverybody() throws {
        let folder = try TemporaryFolder()
        let set = try FileSet(texts: ["a/b.yaml": "b: 1\n", "c.txt": "c"])
        try set.writeNew(to: folder.path + "/new")
        #expect(set.paths == ["a/b.yaml", "c.txt"])
        #expect(try folder.read("new/a/b.yaml") == "b: 1\n")
        #expect(try folder.read("new/c.txt") == "c")
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/new/c.txt")[.posixPermissions]
        #expect(mode as? Int == 0o644)
    }

    @Test func refusesAFolderThatHoldsAnythingButARepository() throws {
        let set = try FileSet(texts: ["c.txt": "c"])
        let folder = try TemporaryFolder().write(["README.md": "mine"])
        #expect(throws: FileSetError.notEmpty(folder: folder.path)) { try set.writeNew(to: folder.path) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["README.md"])
        let repository = try TemporaryFolder().write([".git/HEAD": "x"])
        try set.writeNew(to: repository.path)
        #expect(try repository.read("c.txt") == "c")
    }

    @Test func overwritesItsOwnFilesAlone() throws {
        let folder = try TemporaryFolder().write(["c.txt": "old", "mine.txt": "mine"])
        try FileSet(texts: ["c.txt": "new"]).overwrite(in: folder.path)
        #expect(try folder.read("c.txt") == "new")
        #expect(try folder.read("mine.txt") == "mine")
    }

    @Test(arguments: ["../x", "a/../../x", "/etc/x", "", "a//b", "./a", "a/"])
    func refusesPathsThatLeaveTheFolder(path: String) {
        #expect(throws: FileSetError.outside(path: path)) { try FileSet(texts: [path: "x"]) }
    }
}
