import FleetTesting
import FleetTools
import Foundation
import Testing

@Suite(.tags(.medium))
struct MachineTests {
    /// A listener on a port that the system chose.
    private final class Listener {
        private let handle: Int32
        let port: Int

        init() throws {
            let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            self.handle = handle
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let bound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    bind(handle, address, size) == 0 && listen(handle, 1) == 0 && getsockname(handle, address, &size) == 0
                }
            }
            port = Int(UInt16(bigEndian: address.sin_port))
            try #require(bound)
        }

        deinit { close(handle) }
    }

    @Test func knowsWhoHoldsAPort() throws {
        let listener = try Listener()
        #expect(!Ports().isFree(listener.port))
        #expect(Ports().holder(of: listener.port)?.contains("process \(getpid())") == true)
    }

    @Test func aClosedPortIsFree() throws {
        let port = try Listener().port
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
