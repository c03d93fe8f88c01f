import Foundation

/// Keeps a port for a program until it listens there, and while it has to be started again: other runs of Hubfleet on this
/// machine, of whatever account and folder, pass over it. Programs of others know nothing of it.
///
/// On Linux it is a name among those sockets that have no file: each network namespace has its own, as it has its own
/// ports, and the kernel takes the name back when its holder ends, however it ends. Elsewhere it is a locked file.
///
/// Hubs listen on 127.0.0.1, but browsers that are told a name below `localhost` ask `::1` first. So that nobody answers
/// there in a hub's place, the port of that address is taken, too, and nobody listens on it.
package final class PortLock: Sendable {
    package let port: Int
    private let handle: Int32
    /// Negative where there is no IPv6.
    private let neighbour: Int32

    /// Nil when somebody else has it.
    package init?(_ port: Int) {
        #if os(Linux)
            handle = Self.name(port)
        #else
            handle = Self.file(port)
        #endif
        self.port = port
        guard handle >= 0, let neighbour = Self.neighbour(port) else {
            if handle >= 0 { close(handle) }
            return nil
        }
        self.neighbour = neighbour
    }

    deinit {
        close(handle)
        if neighbour >= 0 { close(neighbour) }
    }

    /// Takes the port of `::1`. Without the option that lets others have it, too, it is enough that it has an address.
    /// - Returns: -1 where there is no such address; nil when somebody else has the port.
    private static func neighbour(_ port: Int) -> Int32? {
        guard let number = in_port_t(exactly: port) else { return nil }
        let handle = socket(AF_INET6, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard handle >= 0 else { return -1 }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = number.bigEndian
        address.sin6_addr = in6addr_loopback
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(handle, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
        if result == 0 { return handle }
        let isTaken = errno == EADDRINUSE
        close(handle)
        return isTaken ? nil : -1
    }

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
