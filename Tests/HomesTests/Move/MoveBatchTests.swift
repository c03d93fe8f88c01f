import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Homes

/// Files get their names many at a time: what can happen between their writing and their naming.
@Suite(.tags(.medium))
struct MoveBatchTests {
    private let folder: TemporaryFolder
    private var new: String { folder.path + "/new" }
    private let files = FileManager.default

    init() throws {
        folder = try TemporaryFolder().write(["old/ada/a": "a", "old/ada/b": "b", "new/.hubfleet-move/homes/.keep": ""])
    }

    /// `wrote` is called after each file.
    private func move(_ wrote: @escaping () -> Void = {}) throws -> MoveResult.Home {
        let settings = MoveSettings(from: folder.path + "/old", to: new, as: .current)
        let name = Array("ada".utf8)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { buffer.deallocate() }
        let home = MoveNames.Home(folder: name, target: name, user: nil, newUser: nil)
        let mover = try HomeMover(home, settings, buffer: buffer) { _, files in if files > 0 { wrote() } }
        try mover.run()
        return mover.result
    }

    @Test func moreFilesThanOneBatchArrive() throws {
        for number in 0...(2 * MoveBatch.mostFiles) { _ = try folder.write(["old/ada/d\(number % 7)/\(number)": "x"]) }
        let count = 2 * MoveBatch.mostFiles + 3
        #expect(try move().copied == count)
        #expect(try move().unchanged == count)
        let names = try files.subpathsOfDirectory(atPath: new + "/ada")
        #expect(names.count == count + 7 && !names.contains { $0.hasSuffix(".part") })
    }

    @Test func whatChangesWhileTheBatchGrowsIsLeftAlone() throws {
        _ = try move()
        _ = try folder.write(["old/ada/a": "newer", "old/ada/b": "newer", "old/ada/c": "new"])
        var count = 0
        let home = try move { [folder] in
            count += 1
            guard count == 3 else { return }
            _ = try? folder.write(["new/ada/a": "theirs, later", "new/ada/c": "theirs"])
            unlink(folder.path + "/new/ada/b")
        }
        #expect(home.conflicts.map(\.path) == ["a", "c"])
        #expect(try folder.read("new/ada/a") == "theirs, later")
        #expect(try folder.read("new/ada/c") == "theirs")
        #expect(try folder.read("new/ada/b") == "newer")
        #expect(try files.contentsOfDirectory(atPath: new + "/ada").sorted() == ["a", "b", "c"])
    }

    @Test func aBatchThatIsStoppedLeavesNothing() async throws {
        let work = Task {
            try move { withUnsafeCurrentTask { $0?.cancel() } }
        }
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(try files.contentsOfDirectory(atPath: new + "/ada") == [])
        #expect(try move().copied == 2)
    }

    /// It gets its mode when all is in it.
    @Test func aFolderThatNobodyMayWriteToArrives() throws {
        chmod(folder.path + "/old/ada", 0o500)
        defer {
            for side in ["old", "new"] { chmod("\(folder.path)/\(side)/ada", 0o700) }
        }
        let home = try move()
        #expect(home.copied == 2 && home.conflicts == [])
        #expect(try folder.read("new/ada/b") == "b")
    }

    @Test func largeFilesDoNotWaitForOthers() throws {
        #expect(truncate(folder.path + "/old/ada/a", 1 << 40) == 0)
        var batch = MoveBatch()
        var status = stat()
        #expect(stat(folder.path + "/old/ada/a", &status) == 0)
        // Holes are nothing that is written.
        batch.add(MoveBatch.Item(path: [], temporary: [], facts: FileFacts(status), isNew: true))
        #expect(!batch.isFull)
        status.st_blocks = (64 << 20) / 512
        batch.add(MoveBatch.Item(path: [], temporary: [], facts: FileFacts(status), isNew: true))
        #expect(batch.isFull)
        _ = (batch.next(), batch.next())
        #expect(!batch.isFull && batch.items.isEmpty)
    }
}
