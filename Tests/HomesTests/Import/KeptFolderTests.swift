import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Homes

/// What an import does to folders that are there.
@Suite(.tags(.medium))
struct KeptFolderTests {
    private let folder: TemporaryFolder
    private var archive: String { folder.path + "/ada.zip" }

    init() throws {
        folder = try TemporaryFolder().write(["home/d/e/f": "f", "home/d/g": "g"])
        for (path, mode) in [("home/d", 0o750), ("home/d/e", 0o500)] {
            try FileManager.default.setAttributes(
                [.posixPermissions: mode, .modificationDate: Date(timeIntervalSince1970: 1_000)],
                ofItemAtPath: folder.path + "/" + path)
        }
        _ = try HomeExport(of: folder.path + "/home", owner: "ada", format: .zip).write(to: archive)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path + "/home/d/e")
    }

    private func facts(_ path: String) throws -> [Int] {
        var status = stat()
        try #require(lstat(folder.path + "/" + path, &status) == 0)
        return [Int(status.st_mode & 0o7777), status.st_mtim.tv_sec]
    }

    @Test func foldersThatAreThereStayAsTheyAre() throws {
        try folder.write(["back/d/own": "own"])
        try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: folder.path + "/back/d")
        var task = HomeImport(archive, to: folder.path + "/back")
        _ = try task.run()
        #expect(try facts("back/d")[0] == 0o711)
        #expect(try facts("back/d/e") == [0o500, 1_000])
        task.replaces = true
        _ = try task.run()
        #expect(try facts("back/d") == [0o750, 1_000])
    }

    /// A killed import leaves a list of the folders that it made, and only the next one gives them their modes.
    @Test func anImportThatWasStoppedStillSettlesItsFolders() throws {
        try folder.write(["back/d/own": "own"])
        try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: folder.path + "/back/d")
        let tree = try TargetTree(folder.path + "/back")
        let writer = ImportWriter(tree, account: nil, replaces: false)
        _ = try writer.folder(Array("d/e".utf8)[...])
        let hidden = { [folder] in
            try FileManager.default.contentsOfDirectory(atPath: folder.path + "/back").filter { $0 != "d" }
        }
        #expect(try hidden().count == 1)
        #expect(try facts("back/d/e")[0] == 0o700)
        _ = try HomeImport(archive, to: folder.path + "/back").run()
        #expect(try facts("back/d")[0] == 0o711)
        #expect(try facts("back/d/e") == [0o500, 1_000])
        #expect(try hidden() == [])
    }

    /// A list that somebody else could have written is not believed.
    @Test func aListThatLeadsOutIsNotFollowed() throws {
        try folder.write(["outside/x": "x", "back/d/own": "own"])
        let name = "back/.hubfleet-import-0123456789abcdef.folders"
        try folder.write([name: "../outside\u{0}/etc\u{0}d/../../outside\u{0}d\u{0}"])
        let before = try facts("outside")
        _ = try HomeImport(archive, to: folder.path + "/back").run()
        #expect(try facts("outside") == before)
        #expect(!folder.exists(name))
    }
}
