import FleetTesting
import Foundation
import Testing

@testable import Homes

@Suite(.tags(.medium))
struct FolderChainTests {
    private let folder: TemporaryFolder
    private let chain: FolderChain

    init() throws {
        folder = try TemporaryFolder().write(["home/a/b/file": "x", "outside/file": "y"])
        symlink("../outside", folder.path + "/home/link")
        chain = try FolderChain(folder.path + "/home")
    }

    private func failure(_ path: String) -> Int32? {
        do throws(SystemError) { _ = try chain.folder(Array(path.utf8)[...]) } catch { return error.number }
        return nil
    }

    @Test func foldersAreOpenedOneThroughTheOther() throws {
        #expect(failure("") == nil && failure("a/b") == nil && failure("a") == nil)
        #expect(failure("a/none") == ENOENT)
        #expect(failure("a/b/file") == ENOTDIR)
        #expect([ENOTDIR, ELOOP].contains(try #require(failure("link"))), "no link is followed")
        #expect(failure("a/b") == nil, "a failure does not spoil what is open")
    }

    @Test func factsAreThoseOfTheNameItself() throws {
        #expect(try chain.status(of: Array("a/b/file".utf8)).st_size == 1)
        #expect(try chain.status(of: Array("link".utf8)).st_mode & S_IFMT == S_IFLNK)
        #expect(throws: SystemError("fstatat", "none".utf8, number: ENOENT)) {
            try chain.status(of: Array("a/none".utf8))
        }
        #expect(try SymbolicLink.target(of: Array("link".utf8)[...], in: chain.root) == Array("../outside".utf8))
        #expect(throws: SystemError("readlinkat", "a".utf8, number: EINVAL)) {
            try SymbolicLink.target(of: Array("a".utf8)[...], in: chain.root)
        }
    }

    /// Deeper than the descriptors that stay open, there and back.
    @Test func deepFoldersAreReachedFromAnywhere() throws {
        let path = (0..<150).map { "d\($0)" }
        _ = try folder.write(["home/" + path.joined(separator: "/") + "/file": "deep"])
        for depth in [150, 3, 149, 70, 150, 1] {
            let wanted = path.prefix(depth).joined(separator: "/")
            #expect(failure(wanted) == nil, "\(depth)")
            let names = try NameList(try chain.folder(Array(wanted.utf8)[...]))
            #expect(
                (0..<names.count).map { String(decoding: names[$0], as: UTF8.self) }
                    == [depth == 150 ? "file" : "d\(depth)"])
        }
    }

    @Test func whatCannotBeListedIsSaid() {
        #expect(throws: SystemError("openat", number: EBADF)) { try NameList(-1) }
        #expect(throws: HomeError.notAFolder(folder.path + "/none", reason: "No such file or directory")) {
            try FolderChain(folder.path + "/none")
        }
    }
}
