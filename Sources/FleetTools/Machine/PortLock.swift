import Foundation

/// Keeps a port for a program until it listens there, and while it has to be started again: other runs of Hubfleet on this
/// machine, of whatever account and folder, pass over it. Programs of others know nothing of it.
///
/// On Linux it is a name among those sockets that have no file: each network namespace has its own, as it has its own
/// ports, and the kernel takes the name back when its holder ends, however it ends. Elsewhere it is a locked file.
package final class PortLock: Sendable {
    package let port: Int
    private let handle: Int32

    /// Nil when somebody else has it.
    package init?(_ port: Int) {
        #if os(Linux)
            handle = Self.name(port)
        #else
            handle = Self.file(port)
        #endif
        self.port = port
        guard handle >= 0 else { return nil }
    }

    deinit { close(handle) }

    #if os(Linux)
        private static func name(_ port: Int) -> Int32 {
            let handle = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard handle >= 0 else { return -1 }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            // A zero before the name says that it is no file.
            let name = [0] + Array("hubfleet-port-\(port)".utf8)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
            let length = MemoryLayout<sa_family_t>.size + name.count
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(handle, $0, socklen_t(length)) }
            }
            guard result != 0 else { return handle }
            close(handle)
            return -1
        }
    #else
        private static func file(_ port: Int) -> Int32 {
            let handle = open("/tmp/.hubfleet-port-\(port)", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
            guard handle >= 0 else { return -1 }
            guard flock(handle, LOCK_EX | LOCK_NB) != 0 else { return handle }
            close(handle)
            return -1
        }
    #endif
}
