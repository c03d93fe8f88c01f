import Foundation

/// TCP ports on the loopback address.
package struct Ports: Sendable {
    package init() {}

    /// What may be done with a port.
    package enum State: Sendable, Equatable {
        case free
        case taken
        /// This account may not listen there: low ports are root's.
        case forbidden
    }

    /// Whether nobody listens on the port, and this account may.
    package func isFree(_ port: Int) -> Bool { state(of: port) == .free }

    /// Whether this account could listen on the port now.
    package func state(of port: Int) -> State {
        guard let wanted = in_port_t(exactly: port), wanted > 0 else { return .taken }
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard handle >= 0 else { return .taken }
        defer { close(handle) }
        // As servers do it: a port whose last connections are still closing counts as free.
        var reuse: Int32 = 1
        setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = wanted.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let (result, number) = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                let result = bind(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                return (result, errno)
            }
        }
        guard result != 0 else { return .free }
        return number == EACCES || number == EPERM ? .forbidden : .taken
    }

    /// The program that listens on a port, such as `python3 (process 4711)`; nil when it is not known.
    package func holder(of port: Int) -> String? {
        guard let id = process(on: port) else { return nil }
        let name = (try? String(contentsOfFile: "/proc/\(id)/comm", encoding: .utf8)) ?? "?"
        return "\(name.trimmingCharacters(in: .whitespacesAndNewlines)) (process \(id))"
    }

    /// The number of the process that listens on a port; nil when it is not known.
    package func process(on port: Int) -> Int32? {
        guard let inode = listeningInode(port) else { return nil }
        let ids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
        for id in ids {
            let folder = "/proc/\(id)/fd"
            let handles = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            for handle in handles
            where (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(handle)"))
                == "socket:[\(inode)]"
            {
                return id
            }
        }
        return nil
    }

    /// Lines of /proc/net/tcp: number, local address:port in hexadecimal, remote one, state (0A listens), …, inode.
    private func listeningInode(_ port: Int) -> String? {
        for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
            guard let text = try? String(contentsOfFile: table, encoding: .utf8) else { continue }
            for line in text.split(separator: "\n").dropFirst() {
                let fields = line.split(separator: " ")
                guard fields.count > 9, fields[3] == "0A", let hex = fields[1].split(separator: ":").last else {
                    continue
                }
                if Int(hex, radix: 16) == port { return String(fields[9]) }
            }
        }
        return nil
    }
}
