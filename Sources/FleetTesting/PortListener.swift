import Foundation

/// Listens on a loopback port that the system chose, as long as it lives.
package final class PortListener: Sendable {
    private let handle: Int32
    package let port: Int

    /// - Parameter isIPv6: whether it listens on `::1` instead of 127.0.0.1.
    /// - Throws: `POSIXError` when the system gives no port.
    package init(isIPv6: Bool = false) throws {
        handle = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_addr = in6addr_loopback
            try Self.listen(handle, at: &address)
            port = Int(UInt16(bigEndian: address.sin6_port))
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
            try Self.listen(handle, at: &address)
            port = Int(UInt16(bigEndian: address.sin_port))
        }
    }

    deinit { close(handle) }

    /// Writes the port into the address.
    private static func listen<Address>(_ handle: Int32, at address: inout Address) throws {
        var size = socklen_t(MemoryLayout<Address>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(handle, address, size) == 0 && Foundation.listen(handle, 1) == 0
                    && getsockname(handle, address, &size) == 0
            }
        }
        guard isListening else { throw POSIXError(.EADDRINUSE) }
    }
}
