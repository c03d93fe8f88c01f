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

    /// A killed import leaves folders that have the mode of unfinished ones, and the next one settles those that it wants.
    @Test func anImportThatWasStoppedStillSettlesItsFolders() throws {
        try folder.write(["back/d/own": "own"])
        try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: folder.path + "/back/d")
        let writer = ImportWriter(try TargetTree(folder.path + "/back"), account: nil, replaces: false)
        _ = try writer.folder(Array("d/e".utf8)[...])
        _ = try writer.folder(Array("another/e".utf8)[...])
        #expect(try facts("back/d/e")[0] == 0o1700)
        _ = try HomeImport(archive, to: folder.path + "/back").run()
        #expect(try facts("back/d")[0] == 0o711)
        #expect(try facts("back/d/e") == [0o500, 1_000])
        // This archive knows nothing of it.
        #expect(try facts("back/another/e")[0] == 0o1700)
    }

    /// An archive that has what is in a folder, and not the folder.
    @Test func foldersThatAreOnlyImpliedGetTheUsualMode() async throws {
        let tar = folder.path + "/implied.tar"
        try folder.write(["other/a/b/c": "c"])
        let packed = try await RealThings.runner().run(
            Invocation("tar", ["-C", folder.path + "/other", "-cf", tar, "a/b/c"]))
        try #require(packed.status == 0)
        try folder.write(["new/own": "own"])
        let writer = ImportWriter(try TargetTree(folder.path + "/new"), account: nil, replaces: false)
        _ = try writer.folder(Array("a".utf8)[...])
        _ = try HomeImport(tar, to: folder.path + "/new").run()
        #expect(try facts("new/a")[0] == 0o755)
        #expect(try facts("new/a/b")[0] == 0o755)
    }
}
