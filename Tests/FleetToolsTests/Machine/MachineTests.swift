import FleetTesting
import FleetTools
import Foundation
import Testing

@Suite(.tags(.medium))
struct MachineTests {
    @Test func knowsWhoHoldsAPort() throws {
        let listener = try PortListener()
        #expect(!Ports().isFree(listener.port))
        #expect(Ports().holder(of: listener.port)?.contains("process \(getpid())") == true)
    }

    @Test func noSuchPortIsFree() {
        for port in [-1, 0, 70_000, Int.max] { #expect(!Ports().isFree(port)) }
    }

    @Test func aClosedPortIsFree() throws {
        let port = try PortListener().port
        #expect(Ports().isFree(port))
        #expect(Ports().holder(of: port) == nil)
    }

    @Test func aLockNamesItsHolderAndEndsWithIt() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/lock"
        var lock: FileLock? = try FileLock(path: path, holder: "the first")
        #expect(throws: FileError.held(path: path, by: "the first")) { try FileLock(path: path, holder: "the second") }
        withExtendedLifetime(lock) {}
        lock = nil
        lock = try FileLock(path: path, holder: "third")
        #expect(try folder.read("lock") == "third")
        withExtendedLifetime(lock) {}
    }

    @Test func writesFilesWholeAndPrivate() throws {
        let folder = try TemporaryFolder()
        try FileWriting.write("one", to: folder.path + "/f")
        try FileWriting.write("two", to: folder.path + "/f")
        #expect(try folder.read("f") == "two")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["f"])
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/f")[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let error = #expect(throws: FileError.self) { try FileWriting.write("x", to: folder.path + "/none/f") }
        #expect(error?.description.contains("/none/f cannot be written") == true)
    }
}
